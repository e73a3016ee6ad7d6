/* How the examples start: with a session for a provider whose settings are in the environment,
 * where they stay out of the process list. `pairing sim` prints some to try. */
#ifndef START_H
#define START_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pairing.h>

/* Ends the program with the library's own words, which are safe to show. */
static void check(pairing_status status) {
    if (status != PAIRING_STATUS_OK) {
        const char *why = pairing_last_error();
        fprintf(stderr, "%s: %s\n", pairing_status_name(status), why ? why : "no details");
        exit(EXIT_FAILURE);
    }
}

/* The index of a provider; the number of providers for a name that the library does not know. */
static size_t provider_index(const char *provider) {
    size_t index = 0;
    while (index < pairing_providers_get_count() &&
           strcmp(pairing_providers_get_name(index), provider) != 0) {
        index++;
    }
    return index;
}

/* Whatever PAIRING_<PROVIDER>_<SETTING> says of the provider's settings. */
static pairing_settings *settings_from_environment(const char *provider) {
    pairing_settings *settings = pairing_settings_new();
    size_t index = provider_index(provider);
    const char *name;
    for (size_t i = 0; (name = pairing_providers_get_setting(index, i)) != NULL; i++) {
        char variable[128];
        snprintf(variable, sizeof variable, "PAIRING_%s_%s", provider, name);
        for (char *c = variable; *c; c++) {
            *c = (char)(*c == '-' ? '_' : toupper((unsigned char)*c));
        }
        const char *value = getenv(variable);
        if (value) {
            check(pairing_settings_set(settings, name, value));
        }
    }
    return settings;
}

/* By QR code, or by phone code if a number is given. `http` is as in pairing_provider_open. */
static pairing_session *start(const char *provider_name, const char *phone,
                              const pairing_http *http) {
    pairing_settings *settings = settings_from_environment(provider_name);
    pairing_provider *provider = NULL;
    check(pairing_provider_open(provider_name, settings, http, &provider));
    pairing_settings_free(settings);

    pairing_options *options = pairing_options_new();
    if (phone) {
        check(pairing_options_use_phone_code(options, phone));
    }
    /* Shorter lives for impatient demonstrations: `pairing sim --speed 20`. */
    const char *speed = getenv("PAIRING_SPEED");
    if (speed) {
        pairing_policy *policy = NULL;
        check(pairing_policy_recommended(provider, &policy));
        int64_t deadline = 0;
        check(pairing_policy_get(policy, PAIRING_POLICY_FIELD_DEADLINE_MS, &deadline));
        check(pairing_policy_speed_up(policy, (uint32_t)strtoul(speed, NULL, 10)));
        /* This computer and its user are no faster: the session may last as long as ever. */
        check(pairing_policy_set(policy, PAIRING_POLICY_FIELD_DEADLINE_MS, deadline));
        check(pairing_options_set_policy(options, policy));
        pairing_policy_free(policy);
    }
    pairing_session *session = NULL;
    check(pairing_session_start(provider, options, &session));
    pairing_options_free(options);
    pairing_provider_free(provider);
    return session;
}

#endif
