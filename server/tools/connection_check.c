/* `makeshift connection check FILE...`. */
#include <stdio.h>
#include <string.h>

#include "server/base/str.h"
#include "server/connection/check.h"
#include "server/connection/check_junit.h"
#include "server/tools/callback.h"
#include "server/tools/connection_files.h"
#include "server/tools/connection_verbs.h"
#include "server/tools/show.h"
#include "server/tools/usage_read.h"

const struct usage connection_check_usage = {
    .words = "connection check",
    .takes = "file",
    .options = "strict junit redirect_uri",
    .help = "Judge connections of custom apps against Make's rules; leave with 1 if one is wrong.",
    .example = "app/connection.imljson --strict --junit build/connection.xml",
};

static const char *s_of(size_t count)
{
    return count == 1 ? "" : "s";
}

static enum tool_exit print_findings(const struct tool_run *run, const struct findings *findings,
                                     size_t files)
{
    struct str_buf text;
    str_buf_init(&text, run->arena);
    for (size_t i = 0; i < findings->count; i++) {
        str_buf_printf(&text, "%s\n", finding_line(run->arena, &findings->all[i]));
    }
    size_t warnings = findings->count - findings->errors;
    str_buf_printf(&text, "%zu file%s: %zu error%s, %zu warning%s\n", files, s_of(files),
                   findings->errors, s_of(findings->errors), warnings, s_of(warnings));
    return tool_print(run, str_buf_text(&text));
}

enum tool_exit connection_check_run(struct tool_run *run)
{
    struct given given = {0};
    enum tool_exit end = TOOL_WRONG;
    struct folder files = {.arena = run->arena};
    struct findings findings = {.arena = run->arena};
    if (!usage_read(run, &connection_check_usage, &given, &end) ||
        connection_files_list(run, &given, &files) != 0) {
        return end;
    }
    const char *uri = given_text(&given, "redirect_uri");
    const char *fault = uri == NULL ? NULL : callback_fault(run->arena, uri);
    if (fault != NULL) {
        return tool_fail(run, TOOL_WRONG, fault);
    }
    for (size_t i = 0; i < files.count; i++) {
        check_file_for(run->arena, files.names[i], uri, &findings);
    }
    findings_sort(&findings);
    bool is_strict = given_text(&given, "strict") != NULL;
    const char *junit = given_text(&given, "junit");
    end = print_findings(run, &findings, files.count);
    if (junit != NULL && end == TOOL_DONE) {
        const char *xml = check_junit(&findings, files.names, files.count,
                                      is_strict ? FINDING_ALL_COUNT : FINDING_ERRORS_COUNT);
        end = show_write(run, junit, xml, strlen(xml));
    }
    bool fails = findings.errors > 0 || (is_strict && findings.count > 0);
    return end == TOOL_DONE && fails ? TOOL_NOT_TRUE : end;
}
