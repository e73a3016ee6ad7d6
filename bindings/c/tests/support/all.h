/* One of each thing that the library makes. */
#ifndef ALL_H
#define ALL_H

#include "gateway.h"

struct all {
    struct gateway gateway;
    pairing_settings *settings;
    pairing_provider *provider;
    pairing_options *options;
    pairing_policy *policy;
    pairing_session *session;
    pairing_event *event;
    pairing_view *view;
    pairing_qr *qr;
    pairing_buffer *buffer;
};

static inline void make(struct all *all) {
    *all = (struct all){.gateway = GATEWAY_INITIALIZER};
    all->settings = canary_settings();
    all->provider = gateway_open(&all->gateway);
    all->options = pairing_options_new();
    EXPECT(pairing_policy_recommended(all->provider, &all->policy) == PAIRING_STATUS_OK);
    EXPECT(pairing_session_start(all->provider, NULL, &all->session) == PAIRING_STATUS_OK);
    all->event = wait_for(all->session, PAIRING_EVENT_KIND_CODE_READY);
    EXPECT(pairing_session_view(all->session, &all->view) == PAIRING_STATUS_OK);
    EXPECT(pairing_qr_from_event(all->event, &all->qr) == PAIRING_STATUS_OK);
    EXPECT(pairing_qr_to_svg(all->qr, &all->buffer) == PAIRING_STATUS_OK);
}

/* In the order of their making, against all custom: nothing borrows from anything else. */
static inline void drop(struct all *all) {
    pairing_settings_free(all->settings);
    pairing_provider_free(all->provider);
    pairing_options_free(all->options);
    pairing_policy_free(all->policy);
    pairing_session_free(all->session);
    pairing_event_free(all->event);
    pairing_view_free(all->view);
    pairing_qr_free(all->qr);
    pairing_buffer_free(all->buffer);
    latch_wait(&all->gateway.released, 1);
}

#endif
