/* What it costs a C program to be handed a view with everything in it: nanoseconds each, so many
 * times as the argument says. The gateway is in the environment. */
#define _POSIX_C_SOURCE 200809L
#include <pairing.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void check(pairing_status status) {
    if (status != PAIRING_STATUS_OK) {
        const char *why = pairing_last_error();
        fprintf(stderr, "%s: %s\n", pairing_status_name(status), why ? why : "no details");
        exit(EXIT_FAILURE);
    }
}

static void set(pairing_settings *settings, const char *name, const char *variable) {
    const char *value = getenv(variable);
    if (value) {
        check(pairing_settings_set(settings, name, value));
    }
}

static double now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int count, char **arguments) {
    long times = count > 1 ? strtol(arguments[1], NULL, 10) : 1;
    pairing_settings *settings = pairing_settings_new();
    set(settings, "instance", "PAIRING_ZAPI_INSTANCE");
    set(settings, "token", "PAIRING_ZAPI_TOKEN");
    set(settings, "base_url", "PAIRING_ZAPI_BASE_URL");
    pairing_provider *provider = NULL;
    check(pairing_provider_open("zapi", settings, NULL, &provider));
    pairing_settings_free(settings);
    pairing_session *session = NULL;
    check(pairing_session_start(provider, NULL, &session));

    pairing_event_kind kind = PAIRING_EVENT_KIND_PREPARING;
    while (kind != PAIRING_EVENT_KIND_CODE_READY) {
        pairing_event *event = NULL;
        check(pairing_session_next(session, -1, &event));
        kind = pairing_event_get_kind(event);
        pairing_event_free(event);
    }
    size_t seen = 0;
    double start = now_ns();
    for (long i = 0; i < times; i++) {
        pairing_view *view = NULL;
        check(pairing_session_view(session, &view));
        const pairing_event *event = pairing_view_get_screen(view);
        if (pairing_event_get_kind(event) == PAIRING_EVENT_KIND_CODE_READY &&
            pairing_event_get_seq(event) > 0 && pairing_event_get_expires_at_ms(event) > 0) {
            seen += strlen(pairing_event_get_code_text(event));
        }
        pairing_view_free(view);
    }
    double each = (now_ns() - start) / (double)times;
    pairing_session_free(session);
    pairing_provider_free(provider);
    if (seen < (size_t)times * 100) {
        fprintf(stderr, "no code in the events\n");
        return EXIT_FAILURE;
    }
    printf("%f\n", each);
    return EXIT_SUCCESS;
}
