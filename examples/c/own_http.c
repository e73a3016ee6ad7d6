/* HTTP by the program instead of the library: a table of callbacks, here over plain sockets.
 *
 *     ./own_http zapi [phone number]
 *
 * It speaks no TLS and therefore only reaches `pairing sim` on this computer. A program of yours
 * has libcurl, libsoup or WinHTTP in this place; all around it stays as it is. */
#define _POSIX_C_SOURCE 200809L
#include "screen.h"
#include "start.h"

#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* The library takes no larger body; the gateways' are far smaller. */
#define MOST_BYTES (1024 * 1024)
/* How long the other side may be silent: a gateway takes up to 10 s for a code. */
#define PATIENCE_MS 20000
/* How often to check whether the library still needs the answer. */
#define LOOK_EVERY_MS 100

/* Connects to the "host:port" of `url` and sets `path` to what follows. -1 if it cannot. */
static int dial(const char *url, const char **path) {
    char host[256] = "", port[6] = "80";
    if (sscanf(url, "http://%255[^:/]:%5[0-9]", host, port) < 1) {
        return -1;
    }
    *path = strchr(url + strlen("http://"), '/');
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    if (!*path || getaddrinfo(host, port, &hints, &found) != 0) {
        return -1;
    }
    int connection = -1;
    for (struct addrinfo *next = found; next && connection < 0; next = next->ai_next) {
        connection = socket(next->ai_family, next->ai_socktype, next->ai_protocol);
        if (connection >= 0 && connect(connection, next->ai_addr, next->ai_addrlen) != 0) {
            close(connection);
            connection = -1;
        }
    }
    freeaddrinfo(found);
    return connection;
}

/* HTTP/1.0, so that the answer comes in one piece and ends with the connection. */
static bool ask(int connection, const char *path, const pairing_http_request *request) {
    FILE *out = fdopen(dup(connection), "wb");
    if (!out) {
        return false;
    }
    fprintf(out, "%s %s HTTP/1.0\r\nhost: localhost\r\n",
            pairing_http_request_get_method(request), path);
    for (size_t i = 0; i < pairing_http_request_get_header_count(request); i++) {
        fprintf(out, "%s: %s\r\n", pairing_http_request_get_header_name(request, i),
                pairing_http_request_get_header_value(request, i));
    }
    const char *body = pairing_http_request_get_body(request);
    if (body) {
        fprintf(out, "content-length: %zu\r\n", strlen(body));
    }
    fprintf(out, "\r\n%s", body ? body : "");
    return fclose(out) == 0;
}

/* Reads to the end into `buffer`, with a NUL behind it. False with the reason in `failure`. */
static bool receive(int connection, const pairing_http_exchange *exchange, char *buffer,
                    size_t *size, pairing_http_failure *failure) {
    *size = 0;
    for (int silent_ms = 0; silent_ms < PATIENCE_MS; silent_ms += LOOK_EVERY_MS) {
        if (pairing_http_exchange_is_cancelled(exchange)) {
            break; /* any answer will do */
        }
        struct pollfd watched = {.fd = connection, .events = POLLIN};
        if (poll(&watched, 1, LOOK_EVERY_MS) <= 0) {
            continue;
        }
        ssize_t count = read(connection, buffer + *size, MOST_BYTES - *size);
        if (count <= 0) {
            buffer[*size] = '\0';
            *failure = PAIRING_HTTP_FAILURE_INTERRUPTED;
            return count == 0;
        }
        *size += (size_t)count;
        silent_ms = 0;
        if (*size == MOST_BYTES) {
            *failure = PAIRING_HTTP_FAILURE_BODY_TOO_LARGE;
            return false;
        }
    }
    *failure = PAIRING_HTTP_FAILURE_TIMEOUT;
    return false;
}

/* Takes an answer apart in place and hands it over; false if it is none. */
static bool complete(pairing_http_exchange *exchange, char *answer, size_t size) {
    unsigned status = 0;
    const char *content_type = NULL, *retry_after = NULL, *date = NULL;
    char *body = strstr(answer, "\r\n\r\n");
    if (!body || sscanf(answer, "HTTP/1.%*1[01] %3u", &status) != 1) {
        return false;
    }
    *body = '\0';
    body += 4;
    char *rest = NULL;
    for (char *line = strtok_r(answer, "\r\n", &rest); line; line = strtok_r(NULL, "\r\n", &rest)) {
        char *value = strchr(line, ':');
        if (value) {
            *value++ = '\0';
            value += strspn(value, " \t");
            if (strcasecmp(line, "content-type") == 0) {
                content_type = value;
            } else if (strcasecmp(line, "retry-after") == 0) {
                retry_after = value;
            } else if (strcasecmp(line, "date") == 0) {
                date = value;
            }
        }
    }
    pairing_http_exchange_set_date(exchange, date);
    /* Whatever it returns, the exchange is consumed. */
    pairing_http_exchange_complete(exchange, status, content_type, retry_after,
                                   (const uint8_t *)body, size - (size_t)(body - answer));
    return true;
}

/* Called on a thread of the library's, so it may block; a connection that breaks raises no SIGPIPE
 * there. Neither the URL nor the headers nor the body are for a log: they hold credentials
 * and phone numbers. */
static void send_request(void *user_data, const pairing_http_request *request,
                         pairing_http_exchange *exchange) {
    (void)user_data;
    pairing_http_failure failure = PAIRING_HTTP_FAILURE_CONNECT;
    const char *path = NULL;
    size_t size = 0;
    bool answered = false;
    char *buffer = malloc(MOST_BYTES + 1);
    int connection = buffer ? dial(pairing_http_request_get_url(request), &path) : -1;
    if (connection >= 0) {
        failure = PAIRING_HTTP_FAILURE_INTERRUPTED;
        answered = ask(connection, path, request) &&
                   receive(connection, exchange, buffer, &size, &failure) &&
                   complete(exchange, buffer, size);
        close(connection);
    }
    free(buffer);
    if (!answered) {
        pairing_http_exchange_fail(exchange, failure);
    }
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: %s <provider, such as zapi> [phone number]\n", argv[0]);
        return EXIT_FAILURE;
    }
    /* Copied; `cancel` is only for programs whose `send` returns before the answer is there. */
    pairing_http http = {.send = send_request};
    pairing_session *session = start(argv[1], argc > 2 ? argv[2] : NULL, &http);

    pairing_outcome outcome = PAIRING_OUTCOME_NONE;
    pairing_view *view = NULL;
    while (pairing_session_next_view(session, -1, &view) == PAIRING_STATUS_OK) {
        show(view);
        if (pairing_event_get_kind(pairing_view_get_screen(view)) ==
            PAIRING_EVENT_KIND_INTERACTION_REQUIRED) {
            if (wait_for_enter()) {
                pairing_session_resume(session); /* refused if it has ended meanwhile */
            } else {
                pairing_session_cancel(session);
            }
        }
        outcome = pairing_event_get_outcome(pairing_view_get_screen(view));
        pairing_view_free(view);
    }
    pairing_session_free(session);
    return exit_code(outcome);
}
