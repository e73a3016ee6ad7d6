/* Has a defect on purpose: an event is never freed. Whatever watches for leaks must say so. */
#define _POSIX_C_SOURCE 200809L
#include "../support/gateway.h"

int main(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    pairing_session *session = gateway_start(&gateway, 0, 0);
    EXPECT(wait_for(session, PAIRING_EVENT_KIND_CODE_READY) != NULL);
    gateway_close(&gateway, session);
    return EXIT_SUCCESS;
}
