/* How a session is opened, waited for and closed. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"

struct refusal bad_command(const char *message) {
    struct refusal refusal = {"bad_command", false, message};
    return refusal;
}

struct refusal refused(pairing_status status) {
    /* The library's own text lasts until the next call with a status. */
    static char message[1024];
    const char *last = pairing_last_error();
    snprintf(message, sizeof message, "%s", last ? last : "no message");
    struct refusal refusal = {pairing_status_name(status), pairing_last_error_retryable(), message};
    return refusal;
}

/* One field, up to the next space; NULL when there is none left. */
static char *next_field(char **rest) {
    return strtok_r(NULL, " ", rest);
}

static pairing_status change_policy(pairing_policy *policy, const char *key, int64_t value) {
    if (strcmp(key, "deadline_ms") == 0) {
        return pairing_policy_set(policy, PAIRING_POLICY_FIELD_DEADLINE_MS, value);
    }
    if (strcmp(key, "status_interval_ms") == 0) {
        return pairing_policy_set(policy, PAIRING_POLICY_FIELD_STATUS_INTERVAL_MS, value);
    }
    if (strcmp(key, "webhook_status_interval_ms") == 0) {
        return pairing_policy_set(policy, PAIRING_POLICY_FIELD_WEBHOOK_STATUS_INTERVAL_MS, value);
    }
    if (strcmp(key, "codes_per_round") == 0) {
        return pairing_policy_set(policy, PAIRING_POLICY_FIELD_CODES_PER_ROUND, value);
    }
    return PAIRING_STATUS_INVALID_ARGUMENT;
}

/* The settings among the `count` pairs of key and value go into the provider, the others into the
 * policy, which is divided by `speed` before. */
static pairing_status prepare(struct held *held, const char *provider, const char *speed,
                              char **pairs, size_t count, pairing_policy **policy) {
    pairing_settings *settings = pairing_settings_new();
    pairing_status status = PAIRING_STATUS_OK;
    for (size_t i = 0; i < count && status == PAIRING_STATUS_OK; i++) {
        if (strncmp(pairs[i], "policy.", 7) != 0) {
            char *value = strchr(pairs[i], '=');
            *value = '\0';
            status = pairing_settings_set(settings, pairs[i], value + 1);
        }
    }
    if (status == PAIRING_STATUS_OK) {
        status = pairing_provider_open(provider, settings, NULL, &held->provider);
    }
    pairing_settings_free(settings);
    if (status == PAIRING_STATUS_OK) {
        status = pairing_policy_recommended(held->provider, policy);
    }
    if (status == PAIRING_STATUS_OK) {
        status = pairing_policy_speed_up(*policy, (uint32_t)strtoul(speed, NULL, 10));
    }
    for (size_t i = 0; i < count && status == PAIRING_STATUS_OK; i++) {
        if (strncmp(pairs[i], "policy.", 7) == 0) {
            char *value = strchr(pairs[i], '=');
            *value = '\0';
            status = change_policy(*policy, pairs[i] + 7, strtoll(value + 1, NULL, 10));
        }
    }
    return status;
}

bool open_session(struct held *held, char *fields, struct refusal *why) {
    char *rest = NULL, *pairs[16];
    size_t count = 0;
    bool expect_webhooks = false;
    const char *provider = strtok_r(fields, " ", &rest);
    const char *method = next_field(&rest), *phone = next_field(&rest);
    const char *expected = next_field(&rest), *speed = next_field(&rest);
    if (!provider || !method || !phone || !expected || !speed) {
        *why = bad_command("a field is missing");
        return false;
    }
    for (char *pair; (pair = next_field(&rest));) {
        if (strcmp(pair, "expect_webhooks=1") == 0) {
            expect_webhooks = true;
            continue;
        }
        if (count == sizeof pairs / sizeof *pairs || !strchr(pair, '=')) {
            *why = bad_command("too many settings, or one is not key=value");
            return false;
        }
        pairs[count++] = pair;
    }

    pairing_policy *policy = NULL;
    pairing_options *options = pairing_options_new();
    pairing_status status = prepare(held, provider, speed, pairs, count, &policy);
    if (status == PAIRING_STATUS_OK) {
        status = pairing_options_set_policy(options, policy);
    }
    if (status == PAIRING_STATUS_OK && strcmp(method, "phone_code") == 0) {
        status = pairing_options_use_phone_code(options, phone);
    }
    if (status == PAIRING_STATUS_OK && strcmp(expected, "-") != 0) {
        status = pairing_options_expect_phone(options, expected);
    }
    if (status == PAIRING_STATUS_OK && expect_webhooks) {
        status = pairing_options_expect_webhooks(options);
    }
    if (status == PAIRING_STATUS_OK) {
        status = pairing_session_start(held->provider, options, &held->session);
    }
    pairing_options_free(options);
    pairing_policy_free(policy);
    if (status != PAIRING_STATUS_OK) {
        *why = refused(status);
        close_session(held);
        return false;
    }
    return true;
}

void close_session(struct held *held) {
    pairing_provider_free(held->provider);
    pairing_session_free(held->session);
    held->provider = NULL;
    held->session = NULL;
}

pairing_status wait_in_library(pairing_session *session, int64_t timeout_ms,
                               pairing_event **event) {
    return pairing_session_next(session, timeout_ms, event);
}

pairing_status wait_in_poll(pairing_session *session, int64_t timeout_ms, pairing_event **event) {
    struct pollfd watched = {.events = POLLIN};
    pairing_status status = pairing_session_fd(session, &watched.fd);
    while (status == PAIRING_STATUS_OK) {
        status = pairing_session_next(session, 0, event);
        if (status != PAIRING_STATUS_TIMEOUT) {
            break;
        }
        /* A wait that is cut short begins anew: the interpreter's timeout is a last resort. */
        int ready = poll(&watched, 1, (int)timeout_ms);
        if (ready > 0 || (ready < 0 && errno == EINTR)) {
            status = PAIRING_STATUS_OK;
        }
    }
    return status;
}
