/* The agent: told by lines what to call, it answers with lines. tests/scenarios/PROTOCOL.md. */
#ifndef AGENT_H
#define AGENT_H

#include <pairing.h>

/* A session under the name that the interpreter gave it. */
struct held {
    char id[64];
    pairing_provider *provider;
    pairing_session *session;
    struct held *next;
};

/* Why a command was not done. */
struct refusal {
    const char *code;
    bool retryable;
    const char *message;
};

/* What the interpreter itself did wrong. */
struct refusal bad_command(const char *message);
/* What the last call of the library failed with, copied from it before anything is freed. */
struct refusal refused(pairing_status status);

/* Opens a provider and starts a session as the fields of `start` after the id say. `fields` is
 * taken apart in place. False with the reason in `why`. */
bool open_session(struct held *held, char *fields, struct refusal *why);
void close_session(struct held *held);

/* Waits for the next event: in the library, or in poll() on the session's descriptor. */
pairing_status wait_in_library(pairing_session *session, int64_t timeout_ms,
                               pairing_event **event);
pairing_status wait_in_poll(pairing_session *session, int64_t timeout_ms, pairing_event **event);

/* Events and views as lines of the protocol, without the end of the line. */
void print_event(const pairing_event *event);
void print_view(const pairing_view *view);
/* As print_event, to nowhere: calls every getter. */
void look_at(const pairing_event *event);

#endif
