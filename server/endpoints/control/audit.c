/* How clients behaved, judged from the journal: as JSON, and as JUnit's XML for a CI that shows it.
 */
#include "server/tenant/audit.h"

#include <string.h>

#include "server/base/html.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/control/named.h"
#include "server/endpoints/control/resources.h"

#define XML "application/xml"

const struct door_parameter audit_query[] = {
    {"client_id", "this client alone, as one report; without it, a list with one for each", NULL},
    {NULL, NULL, NULL}};
const char *const audit_media[] = {"application/json", XML, NULL};

/* Members of a finding, as attributes and text. */
static const char *escaped(struct arena *arena, const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return html_escape(arena, text != NULL ? text : "");
}

/* XML has no form for most control characters, and a client_id is what somebody sent. */
static const char *client_of(struct arena *arena, const json_t *report)
{
    const char *client = json_string_value(json_object_get(report, "client_id"));
    return html_escape(arena, str_error_text(arena, client));
}

static size_t count_of(const json_t *findings, const char *outcome)
{
    size_t i, count = 0;
    json_t *finding;
    json_array_foreach(findings, i, finding)
    {
        const char *of = json_string_value(json_object_get(finding, "outcome"));
        count += str_equal(of, outcome) ? 1 : 0;
    }
    return count;
}

static void put_case(struct arena *arena, struct str_buf *xml, const json_t *report,
                     const json_t *finding)
{
    const char *outcome = json_string_value(json_object_get(finding, "outcome"));
    str_buf_printf(xml, "    <testcase classname=\"%s\" name=\"%s\"", client_of(arena, report),
                   escaped(arena, finding, "rule"));
    if (str_equal(outcome, "failed")) {
        str_buf_printf(xml,
                       ">\n      <failure type=\"%s\" message=\"%s\">%s, exchanges %s</failure>\n"
                       "    </testcase>\n",
                       escaped(arena, finding, "level"), escaped(arena, finding, "says"),
                       escaped(arena, finding, "clause"),
                       json_text(arena, json_object_get(finding, "exchanges"), NULL));
    } else if (str_equal(outcome, "passed")) {
        str_buf_put(xml, "/>\n");
    } else {
        str_buf_printf(xml, ">\n      <skipped message=\"%s\"/>\n    </testcase>\n",
                       escaped(arena, finding, "hint"));
    }
}

static void put_suite(struct arena *arena, struct str_buf *xml, const json_t *report)
{
    const json_t *findings = json_object_get(report, "findings");
    size_t i;
    json_t *finding;
    str_buf_printf(xml,
                   "  <testsuite name=\"%s\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
                   "skipped=\"%zu\">\n",
                   client_of(arena, report), json_array_size(findings),
                   count_of(findings, "failed"), count_of(findings, "not exercised"));
    json_array_foreach(findings, i, finding)
    {
        put_case(arena, xml, report, finding);
    }
    str_buf_put(xml, "  </testsuite>\n");
}

static void answer_xml(const struct door *door, const json_t *reports)
{
    struct call *call = door->call;
    struct str_buf xml;
    size_t i;
    json_t *report;
    str_buf_init(&xml, call->arena);
    str_buf_put(&xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    json_array_foreach(reports, i, report)
    {
        put_suite(call->arena, &xml, report);
    }
    str_buf_put(&xml, "</testsuites>\n");
    const char *text = str_buf_text(&xml);
    response_body_static(call->response, 200, XML, text, strlen(text));
}

static bool wants_xml(const struct call *call)
{
    const char *accept = request_header(call->request, "Accept");
    return accept != NULL && str_starts(accept, XML);
}

/* Who has done nothing is at least to be a client. */
static struct verdict read_reports(const struct door *door, const char *client, json_t **reports)
{
    struct client_row row = {0};
    struct realm *realm = door->call->realm;
    bool is_seen = true;
    json_auto_t *faults = faults_list(realm->faults);
    *reports = client == NULL
                   ? audit_all(realm->journal, faults)
                   : json_pack("[o]", audit_of(realm->journal, faults, client, &is_seen));
    return is_seen ? ALLOWED : named_client(door, NULL, client, &row);
}

struct verdict audit_get(struct door *door)
{
    const char *client = door_query(door, "client_id");
    json_auto_t *reports = NULL;
    if (!journal_is_on(door->call->realm->journal)) {
        return REFUSED(CONFLICT, .check = "journal", .detail = "this server keeps no journal",
                       .expected = "--journal with a number above 0", .actual = "--journal 0");
    }
    TRY(read_reports(door, client, &reports));
    if (wants_xml(door->call)) {
        answer_xml(door, reports);
        return ALLOWED;
    }
    return client == NULL ? door_list(door, json_incref(reports))
                          : door_answer(door, 200, json_incref(json_array_get(reports, 0)));
}
