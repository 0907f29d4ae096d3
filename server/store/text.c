#include "server/store/text.h"

static int find(struct db *db, const char *text, struct value *number)
{
    AUTO(query_close) struct query query = QUERY(db, SQL_TEXT_GET, V(text));
    int outcome = query_found(&query);
    if (outcome == 0) {
        *number = value_int(query_int(&query));
    }
    return outcome;
}

int text_intern(struct db *db, const char *text, struct value *number)
{
    *number = value_text(NULL);
    if (!text) {
        return 0;
    }
    int outcome = find(db, text, number);
    if (outcome != 1) {
        return outcome;
    }
    if (RUN(db, SQL_TEXT_PUT, V(text)) < 0) {
        return DB_BROKEN;
    }
    *number = value_int(db_last_id(db));
    return 0;
}
