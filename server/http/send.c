#include "server/http/send.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "server/base/log.h"
#include "server/http/deadlines.h"
#include "server/http/malform.h"
#include "server/http/wire.h"

#define PIECE_MAX ((size_t)16 * 1024) /* the library's buffer for a body that it asks for */

/* A body that leaves bit by bit, or not as a whole; in the exchange's arena. */
struct sending {
    struct exchange *exchange;
    unsigned seconds; /* that the client has for reading on */
    size_t end;       /* what is sent of the body */
    size_t released;  /* what may be sent by now */
    bool has_waited;  /* for more of it */
};

/* RFC 9110 6.4.1: these have none, whatever their Content-Length says. */
static bool has_body(const struct exchange *exchange)
{
    const struct response *answer = &exchange->response;
    return exchange->request.method != METHOD_HEAD && answer->status >= 200 &&
           answer->status != 204 && answer->status != 304;
}

/* RFC 9112 9.6: unread bytes would make a reset of it. */
static int close_unanswered(struct exchange *exchange)
{
    exchange->fate = FATE_DROPPED;
    wire_forget_unread(exchange->hold.fd);
    return 1;
}

/* To connect a stream to no family is to dissolve its connection, at once and with a reset; what
 * the library still writes on its way out, after SO_LINGER too, would end it in order. */
static int reset_unanswered(struct exchange *exchange)
{
    const struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    exchange->fate = FATE_RESET;
    if (connect(exchange->hold.fd, &nowhere, sizeof(nowhere.sa_family)) != 0) {
        log_message(LOG_ERROR, "a connection could not be reset: %s", strerror(errno));
    }
    return 1;
}

static int send_malformed(struct exchange *exchange, struct record *record)
{
    exchange->fate = FATE_CUT;
    const char *reason = MHD_get_reason_phrase_for((unsigned)exchange->response.status);
    const char *text = malform_answer(&exchange->response, reason);
    if (!record_write(record, text, strlen(text))) {
        exchange->fate = FATE_GONE;
    }
    wire_forget_unread(exchange->hold.fd);
    return 1;
}

/* How much of the body may leave now; 0: it waits, and the library asks again. */
static size_t released_at(struct sending *sending, size_t at)
{
    struct exchange *exchange = sending->exchange;
    if (at < sending->released) {
        return sending->released - at;
    }
    if (at > 0 && !sending->has_waited) {
        sending->has_waited = true;
        hold_begin(&exchange->hold);
        deadline_clear(exchange->deadline);
        if (hold_wait(&exchange->hold, exchange->delivery.dribble_ms)) {
            return 0;
        }
    }
    sending->has_waited = false;
    deadline_set(exchange->deadline, CLIENT_READS, sending->seconds);
    sending->released += exchange->delivery.dribble_bytes;
    return sending->released - at;
}

static ssize_t read_body(void *context, uint64_t at, char *out, size_t room)
{
    struct sending *sending = context;
    struct exchange *exchange = sending->exchange;
    if (hold_is_gone(&exchange->hold)) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    if (at >= sending->end) {
        exchange->fate = FATE_CUT;
        wire_forget_unread(exchange->hold.fd);
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t size = sending->end - (size_t)at;
    size_t released = released_at(sending, (size_t)at);
    size = released < size ? released : size;
    size = room < size ? room : size;
    memcpy(out, (const char *)exchange->response.body + at, size);
    return (ssize_t)size;
}

static struct MHD_Response *response_in_pieces(struct exchange *exchange, unsigned seconds)
{
    const struct response *answer = &exchange->response;
    const struct delivery *delivery = &exchange->delivery;
    bool is_cut = delivery->end == DELIVERY_CUT && delivery->cut < answer->body_size;
    struct sending *sending = arena_alloc(exchange->request.arena, sizeof(*sending));
    *sending = (struct sending){.exchange = exchange,
                                .seconds = seconds,
                                .end = is_cut ? delivery->cut : answer->body_size};
    sending->released = delivery->dribble_bytes > 0 ? delivery->dribble_bytes : sending->end;
    return MHD_create_response_from_callback(answer->body_size, PIECE_MAX, read_body, sending,
                                             NULL);
}

static struct MHD_Response *response_of(struct exchange *exchange, unsigned seconds)
{
    const struct response *answer = &exchange->response;
    const struct delivery *delivery = &exchange->delivery;
    bool in_pieces = delivery->end == DELIVERY_CUT || delivery->dribble_bytes > 0;
    if (in_pieces && answer->body_size > 0 && has_body(exchange)) {
        return response_in_pieces(exchange, seconds);
    }
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

static int send_sound(struct MHD_Connection *connection, struct exchange *exchange,
                      struct record *record, unsigned seconds)
{
    const struct response *answer = &exchange->response;
    struct MHD_Response *response = response_of(exchange, seconds);
    if (response == NULL) {
        return -1;
    }
    /* Of an answer in pieces the head does not wait for the first. */
    record->more = answer->body_size > 0 && exchange->request.method != METHOD_HEAD &&
                   exchange->delivery.dribble_bytes == 0 &&
                   exchange->delivery.end == DELIVERY_WHOLE;
    enum MHD_Result result = queue(connection, answer, response);
    MHD_destroy_response(response);
    if (result != MHD_YES) {
        log_message(LOG_ERROR, "an answer with status %d could not be sent", answer->status);
    }
    return result == MHD_YES ? 0 : -1;
}

int send_answer(struct MHD_Connection *connection, struct exchange *exchange, struct record *record,
                unsigned seconds)
{
    exchange->stage = STAGE_SENT;
    if (exchange->delivery.end == DELIVERY_CLOSE) {
        return close_unanswered(exchange);
    }
    if (exchange->delivery.end == DELIVERY_RESET) {
        return reset_unanswered(exchange);
    }
    if (exchange->delivery.end == DELIVERY_MALFORMED && has_body(exchange)) {
        return send_malformed(exchange, record);
    }
    return send_sound(connection, exchange, record, seconds);
}
