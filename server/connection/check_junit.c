#include "server/connection/check_junit.h"

#include <string.h>

#include "server/base/html.h"
#include "server/base/plain.h"
#include "server/base/str.h"
#include "server/connection/check.h"

static size_t put_case(struct str_buf *xml, const struct findings *findings, const char *file,
                       const char *rule, enum finding_counts counts)
{
    size_t failed = 0;
    str_buf_printf(xml, "  <testcase classname=\"%s\" name=\"%s\">\n",
                   html_escape(xml->arena, plain_line(xml->arena, file)), rule);
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *one = &findings->all[i];
        if (strcmp(one->file, file) != 0 || strcmp(one->rule, rule) != 0) {
            continue;
        }
        const char *line = html_escape(xml->arena, finding_line(xml->arena, one));
        bool fails = one->level == FINDING_ERROR || counts == FINDING_ALL_COUNT;
        const char *element = fails ? "failure" : "system-out";
        str_buf_printf(xml, "    <%s>%s</%s>\n", element, line, element);
        failed += fails ? 1 : 0;
    }
    str_buf_put(xml, "  </testcase>\n");
    return failed > 0 ? 1 : 0;
}

const char *check_junit(const struct findings *findings, const char *const *files, size_t count,
                        enum finding_counts counts)
{
    struct str_buf cases, xml;
    size_t failures = 0;
    str_buf_init(&cases, findings->arena);
    str_buf_init(&xml, findings->arena);
    for (size_t i = 0; i < count; i++) {
        for (size_t rule = 0; rule < check_rule_count; rule++) {
            failures += put_case(&cases, findings, files[i], check_rule_table[rule].name, counts);
        }
    }
    str_buf_printf(&xml,
                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<testsuite name=\"connection check\" tests=\"%zu\" failures=\"%zu\">\n",
                   count * check_rule_count, failures);
    str_buf_put(&xml, str_buf_text(&cases));
    str_buf_put(&xml, "</testsuite>\n");
    return str_buf_text(&xml);
}
