/* Texts and numbers that make no sense are a status, never a crash. */
#define _POSIX_C_SOURCE 200809L
#include "support/all.h"

#define NOT_UTF8 "\xff\xfe\x80"
#define ENORMOUS ((size_t)64 * 1024 * 1024)
#define LAST_FIELD PAIRING_POLICY_FIELD_LINK_CONFIRMATION_MS

/* Every function that takes a text from the program, with this one. Returns how many gave
 * `wanted`. */
static int texts_with_status(struct all *all, const char *text, pairing_status wanted) {
    pairing_provider *provider = NULL;
    pairing_qr *qr = NULL;
    const pairing_status found[] = {
        pairing_settings_set(all->settings, text, "x"),
        pairing_settings_set(all->settings, "token", text),
        pairing_provider_open(text, all->settings, NULL, &provider),
        pairing_options_use_phone_code(all->options, text),
        pairing_options_expect_phone(all->options, text),
        pairing_session_switch_to_phone_code(all->session, text),
        pairing_qr_from_text(text, &qr),
    };
    int count = 0;
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        count += found[i] == wanted;
    }
    EXPECT(!provider);
    pairing_qr_free(qr);
    return count;
}

static void invalid_utf8(void) {
    struct all all;
    make(&all);
    EXPECT(texts_with_status(&all, NOT_UTF8, PAIRING_STATUS_INVALID_UTF8) == 7);
    EXPECT(texts_with_status(&all, "cut off: \xe2\x82", PAIRING_STATUS_INVALID_UTF8) == 7);
    EXPECT(pairing_session_notify(all.session, (const uint8_t *)NOT_UTF8, 3) ==
           PAIRING_STATUS_MALFORMED_REPLY);
    const char *const names[] = {"x-signature"}, *const values[] = {NOT_UTF8};
    EXPECT(pairing_session_notify_with_headers(all.session, (const uint8_t *)"{}", 2, names, values,
                                               1) == PAIRING_STATUS_INVALID_UTF8);
    drop(&all);
}

static void empty_texts(void) {
    struct all all;
    make(&all);
    pairing_provider *provider = NULL;
    EXPECT(pairing_settings_set(all.settings, "", "x") == PAIRING_STATUS_INVALID_SETTINGS);
    EXPECT(pairing_settings_set(all.settings, "token", "") == PAIRING_STATUS_OK);
    EXPECT(pairing_provider_open("zapi", all.settings, NULL, &provider) ==
           PAIRING_STATUS_INVALID_SETTINGS);
    EXPECT(pairing_provider_open("", all.settings, NULL, &provider) ==
           PAIRING_STATUS_INVALID_SETTINGS);
    EXPECT(!provider);
    EXPECT(pairing_options_use_phone_code(all.options, "") == PAIRING_STATUS_INVALID_PHONE);
    EXPECT(pairing_options_expect_phone(all.options, "") == PAIRING_STATUS_INVALID_PHONE);
    EXPECT(pairing_session_switch_to_phone_code(all.session, "") == PAIRING_STATUS_INVALID_PHONE);
    EXPECT(pairing_session_notify(all.session, NULL, 0) == PAIRING_STATUS_MALFORMED_REPLY);
    EXPECT(pairing_session_notify_with_headers(all.session, NULL, 0, NULL, NULL, 0) ==
           PAIRING_STATUS_MALFORMED_REPLY);
    pairing_qr *qr = NULL;
    EXPECT(pairing_qr_from_text("", &qr) == PAIRING_STATUS_NOT_DRAWABLE);
    EXPECT(!qr);
    drop(&all);
}

static void enormous_texts(void) {
    struct all all;
    make(&all);
    char *text = malloc(ENORMOUS + 1);
    NEED(text);
    memset(text, '1', ENORMOUS);
    text[ENORMOUS] = '\0';
    EXPECT(texts_with_status(&all, text, PAIRING_STATUS_TOO_LONG) == 7);
    EXPECT(pairing_session_notify(all.session, (const uint8_t *)text, ENORMOUS) ==
           PAIRING_STATUS_TOO_LONG);
    EXPECT(pairing_session_notify(all.session, (const uint8_t *)text, SIZE_MAX) ==
           PAIRING_STATUS_TOO_LONG);
    const char *const texts[] = {text};
    EXPECT(pairing_session_notify_with_headers(all.session, NULL, 0, texts, texts, 1) ==
           PAIRING_STATUS_TOO_LONG);
    EXPECT(pairing_session_notify_with_headers(all.session, NULL, 0, texts, texts, SIZE_MAX) ==
           PAIRING_STATUS_TOO_LONG);
    /* As long as a text may be, and still nonsense. */
    text[64 * 1024] = '\0';
    EXPECT(texts_with_status(&all, text, PAIRING_STATUS_TOO_LONG) == 0);
    /* 2953 bytes are the most that fit into a QR code. */
    pairing_qr *qr = NULL;
    text[2954] = '\0';
    memset(text, 'x', 2954);
    EXPECT(pairing_qr_from_text(text, &qr) != PAIRING_STATUS_OK && !qr);
    text[2953] = '\0';
    EXPECT(pairing_qr_from_text(text, &qr) == PAIRING_STATUS_OK);
    EXPECT(pairing_qr_get_width(qr) == 177);
    pairing_qr_free(qr);
    free(text);
    drop(&all);
}

static void numbers_out_of_range(void) {
    struct all all;
    make(&all);
    int64_t number = 77;
    pairing_buffer *png = NULL;
    const uint32_t no_fields[] = {0, LAST_FIELD + 1, UINT32_MAX};
    for (size_t i = 0; i < sizeof no_fields / sizeof *no_fields; i++) {
        EXPECT(pairing_policy_get(all.policy, no_fields[i], &number) ==
               PAIRING_STATUS_INVALID_ARGUMENT);
        EXPECT(pairing_policy_set(all.policy, no_fields[i], 1) == PAIRING_STATUS_INVALID_ARGUMENT);
    }
    EXPECT(number == 77);
    for (uint32_t field = 1; field <= LAST_FIELD; field++) {
        EXPECT(pairing_policy_set(all.policy, field, -1) == PAIRING_STATUS_INVALID_ARGUMENT);
        /* A count takes 32 bits, a time any number of milliseconds. */
        pairing_policy_set(all.policy, field, INT64_MAX);
    }
    EXPECT(pairing_policy_validate(all.policy) == PAIRING_STATUS_INVALID_POLICY);
    EXPECT(pairing_policy_speed_up(all.policy, 0) == PAIRING_STATUS_OK);
    EXPECT(pairing_policy_speed_up(all.policy, UINT32_MAX) == PAIRING_STATUS_OK);
    EXPECT(!pairing_provider_can(all.provider, 0));
    EXPECT(!pairing_provider_can(all.provider, UINT32_MAX));
    EXPECT(!pairing_qr_is_dark(all.qr, SIZE_MAX, SIZE_MAX));
    EXPECT(pairing_qr_to_png(all.qr, 0, &png) == PAIRING_STATUS_INVALID_ARGUMENT);
    EXPECT(pairing_qr_to_png(all.qr, UINT32_MAX, &png) == PAIRING_STATUS_INVALID_ARGUMENT);
    EXPECT(!png);
    EXPECT(pairing_qr_to_terminal(all.qr, true, SIZE_MAX, &png) == PAIRING_STATUS_OK);
    pairing_buffer_free(png);
    EXPECT_TEXT(pairing_status_name(UINT32_MAX), "unknown");
    EXPECT_TEXT(pairing_event_kind_name(UINT32_MAX), "unknown");
    EXPECT_TEXT(pairing_outcome_name(UINT32_MAX), "unknown");
    EXPECT_TEXT(pairing_instance_phase_name(UINT32_MAX), "unknown");
    EXPECT(!pairing_providers_get_name(SIZE_MAX));
    drop(&all);
}

static void times_out_of_range(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    pairing_session *session = gateway_start(&gateway, 0, 0);
    pairing_event *event = NULL;
    EXPECT(pairing_session_next(session, INT64_MAX, &event) == PAIRING_STATUS_OK);
    pairing_event_free(event);
    EXPECT(pairing_session_next(session, INT64_MIN, &event) == PAIRING_STATUS_OK);
    pairing_event_free(event);
    gateway_close(&gateway, session);
}

static void last_errors(void) {
    EXPECT(pairing_options_use_qr(NULL) != PAIRING_STATUS_OK);
    EXPECT(pairing_last_error() && *pairing_last_error());
    EXPECT(!pairing_last_error_retryable());
    EXPECT(pairing_last_error_retry_after_ms() == -1);
    pairing_options *options = pairing_options_new();
    pairing_options_free(options);
    EXPECT(pairing_last_error() != NULL); /* neither _new nor _free touches it */
    options = pairing_options_new();
    EXPECT(pairing_options_use_qr(options) == PAIRING_STATUS_OK);
    EXPECT(!pairing_last_error());
    pairing_options_free(options);
}

static void versions_and_names(void) {
    char composed[32];
    snprintf(composed, sizeof composed, "%d.%d.%d", PAIRING_VERSION_MAJOR, PAIRING_VERSION_MINOR,
             PAIRING_VERSION_PATCH);
    EXPECT_TEXT(composed, PAIRING_VERSION_STRING);
    EXPECT_TEXT(pairing_version(), PAIRING_VERSION_STRING);
    EXPECT_TEXT(pairing_status_name(PAIRING_STATUS_OK), "ok");
    EXPECT_TEXT(pairing_status_name(PAIRING_STATUS_INVALID_CREDENTIALS), "invalid_credentials");
    EXPECT_TEXT(pairing_event_kind_name(PAIRING_EVENT_KIND_CODE_READY), "code_ready");
    EXPECT_TEXT(pairing_outcome_name(PAIRING_OUTCOME_ALREADY_CONNECTED), "already_connected");
    EXPECT_TEXT(pairing_instance_phase_name(PAIRING_INSTANCE_PHASE_WAITING_FOR_PHONE),
                "waiting_for_phone");
    size_t count = pairing_providers_get_count();
    EXPECT(count > 1);
    EXPECT_TEXT(pairing_providers_get_name(0), "zapi");
    EXPECT(pairing_providers_get_name(count - 1));
    EXPECT(!pairing_providers_get_name(count));
    EXPECT_TEXT(pairing_providers_get_setting(0, 0), "instance");
    EXPECT(pairing_providers_get_setting(count - 1, 0));
    EXPECT(!pairing_providers_get_setting(0, SIZE_MAX));
    EXPECT(!pairing_providers_get_setting(count, 0));
}

static const struct tap_test tests[] = {
    {"texts that are not UTF-8 are refused", invalid_utf8},
    {"empty texts are refused where they make no sense", empty_texts},
    {"enormous texts are refused, and the longest allowed are read", enormous_texts},
    {"numbers that no enumeration has are refused", numbers_out_of_range},
    {"the longest times are waited for", times_out_of_range},
    {"the last error lasts until the next status", last_errors},
    {"header and library are of one version and use one set of names", versions_and_names},
};

TAP_MAIN(tests)
