#include "server/http/send.h"

#include <microhttpd.h>
#include <stdint.h>

#include "server/base/log.h"

static struct MHD_Response *response_of(struct exchange *exchange)
{
    const struct response *answer = &exchange->response;
    /* Persistent: the body is static, or in the arena, which outlives the sending. The library
     * takes a pointer without const but only reads from it. */
    return MHD_create_response_from_buffer(answer->body_size, (void *)(uintptr_t)answer->body,
                                           MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result queue(struct MHD_Connection *connection, const struct response *answer,
                             struct MHD_Response *response)
{
    enum MHD_Result result = MHD_YES;
    const struct header *headers = answer->headers;
    for (size_t i = 0; i < answer->header_count && result == MHD_YES; i++) {
        result = MHD_add_response_header(response, headers[i].name, headers[i].value);
    }
    if (answer->close && result == MHD_YES) {
        result = MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    }
    return result == MHD_YES ? MHD_queue_response(connection, (unsigned)answer->status, response)
                             : result;
}

int send_answer(struct MHD_Connection *connection, struct exchange *exchange, struct record *record)
{
    const struct response *answer = &exchange->response;
    exchange->stage = STAGE_SENT;
    struct MHD_Response *response = response_of(exchange);
    if (response == NULL) {
        return -1;
    }
    record->more = answer->body_size > 0 && exchange->request.method != METHOD_HEAD;
    enum MHD_Result result = queue(connection, answer, response);
    MHD_destroy_response(response);
    if (result != MHD_YES) {
        log_message(LOG_ERROR, "an answer with status %d could not be sent", answer->status);
    }
    return result == MHD_YES ? 0 : -1;
}
