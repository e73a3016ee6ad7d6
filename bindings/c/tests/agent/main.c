/* Reads a command, calls the library, answers. `--poll` waits for events in poll(). */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"

static struct held *sessions;
static pairing_status (*wait_for_next)(pairing_session *, int64_t,
                                       pairing_event **) = wait_in_library;

static void refuse(struct refusal why) {
    printf("error %s %d %s", why.code, why.retryable, why.message);
}

static void answer(pairing_status status) {
    if (status == PAIRING_STATUS_OK) {
        fputs("ok", stdout);
    } else {
        refuse(refused(status));
    }
}

/* The link that leads to the session with this id, or the end of the list. */
static struct held **find(const char *id) {
    struct held **link = &sessions;
    while (*link && strcmp((*link)->id, id) != 0) {
        link = &(*link)->next;
    }
    return link;
}

static void drop(struct held **link) {
    struct held *held = *link;
    *link = held->next;
    close_session(held);
    free(held);
}

static void start(const char *id, char *fields) {
    struct refusal why;
    struct held *held = calloc(1, sizeof *held);
    if (!held || !open_session(held, fields, &why)) {
        refuse(held ? why : bad_command("no memory"));
        free(held);
        return;
    }
    snprintf(held->id, sizeof held->id, "%s", id);
    held->next = sessions;
    sessions = held;
    fputs("ok", stdout);
}

static void next(pairing_session *session, const char *timeout_ms) {
    pairing_event *event = NULL;
    pairing_status status = wait_for_next(session, strtoll(timeout_ms, NULL, 10), &event);
    switch (status) {
    case PAIRING_STATUS_OK:
        print_event(event);
        pairing_event_free(event);
        break;
    case PAIRING_STATUS_TIMEOUT: fputs("timeout", stdout); break;
    case PAIRING_STATUS_END: fputs("end", stdout); break;
    default: refuse(refused(status));
    }
}

static void view(pairing_session *session) {
    pairing_view *view = NULL;
    pairing_status status = pairing_session_view(session, &view);
    if (status == PAIRING_STATUS_OK) {
        print_view(view);
        pairing_view_free(view);
    } else {
        refuse(refused(status));
    }
}

/* Reads nothing, to the first code, or to the end. */
static bool read_until(const char *until, pairing_session *session) {
    pairing_event *event = NULL;
    pairing_status status = PAIRING_STATUS_OK;
    bool found = strcmp(until, "start") == 0;
    while (!found && (status = wait_for_next(session, -1, &event)) == PAIRING_STATUS_OK) {
        look_at(event);
        found = strcmp(until, "code") == 0 &&
                pairing_event_get_kind(event) == PAIRING_EVENT_KIND_CODE_READY;
        pairing_event_free(event);
    }
    return found || (strcmp(until, "end") == 0 && status == PAIRING_STATUS_END);
}

static void repeat(const char *times, char *rest) {
    char *fields = NULL;
    const char *until = strtok_r(rest, " ", &fields);
    const char *leave = strtok_r(NULL, " ", &fields);
    if (!until || !leave) {
        refuse(bad_command("a field is missing"));
        return;
    }
    for (long left = strtol(times, NULL, 10); left > 0; left--) {
        struct refusal why = bad_command("the session ended without a code");
        struct held held = {.id = ""};
        char *copy = strdup(fields);
        bool good = copy && open_session(&held, copy, &why) && read_until(until, held.session);
        free(copy);
        if (good && strcmp(leave, "cancel") == 0) {
            pairing_session_cancel(held.session);
        }
        close_session(&held);
        if (!good) {
            refuse(why);
            return;
        }
    }
    fputs("ok", stdout);
}

static void execute(char *command) {
    char *rest = NULL;
    const char *word = strtok_r(command, " ", &rest);
    const char *id = strtok_r(NULL, " ", &rest);
    if (!word || !id) {
        refuse(bad_command("a field is missing"));
        return;
    }
    if (strcmp(word, "start") == 0) {
        start(id, rest);
        return;
    }
    if (strcmp(word, "repeat") == 0) {
        repeat(id, rest);
        return;
    }
    struct held **link = find(id);
    pairing_session *session = *link ? (*link)->session : NULL;
    if (!session) {
        refuse(bad_command("there is no session of this id"));
    } else if (strcmp(word, "next") == 0) {
        next(session, rest);
    } else if (strcmp(word, "resume") == 0) {
        answer(pairing_session_resume(session));
    } else if (strcmp(word, "switch_qr") == 0) {
        answer(pairing_session_switch_to_qr(session));
    } else if (strcmp(word, "switch_phone") == 0) {
        answer(pairing_session_switch_to_phone_code(session, rest));
    } else if (strcmp(word, "notify") == 0) {
        answer(pairing_session_notify(session, (const uint8_t *)rest, strlen(rest)));
    } else if (strcmp(word, "cancel") == 0) {
        answer(pairing_session_cancel(session));
    } else if (strcmp(word, "view") == 0) {
        view(session);
    } else if (strcmp(word, "shows") == 0) {
        fputs("shows -", stdout); /* C has no way to print a handle */
    } else if (strcmp(word, "drop") == 0) {
        drop(link);
        fputs("ok", stdout);
    } else {
        refuse(bad_command("there is no such command"));
    }
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--poll") == 0) {
        wait_for_next = wait_in_poll;
    }
    char *line = NULL;
    size_t size = 0;
    for (ssize_t length; (length = getline(&line, &size, stdin)) > 0;) {
        if (line[length - 1] == '\n') {
            line[length - 1] = '\0';
        }
        execute(line);
        putchar('\n');
        fflush(stdout);
    }
    free(line);
    while (sessions) {
        drop(&sessions);
    }
    return EXIT_SUCCESS;
}
