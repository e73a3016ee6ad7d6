/* Has a defect on purpose: reads a code after its event was freed. Whatever watches the memory
 * must say so. */
#define _POSIX_C_SOURCE 200809L
#include "../support/gateway.h"

int main(void) {
    struct gateway gateway = GATEWAY_INITIALIZER;
    pairing_session *session = gateway_start(&gateway, 0, 0);
    pairing_event *event = wait_for(session, PAIRING_EVENT_KIND_CODE_READY);
    const char *code = pairing_event_get_code_text(event);
    pairing_event_free(event);
    printf("# the first character is %d\n", code ? *code : -1);
    gateway_close(&gateway, session);
    return EXIT_SUCCESS;
}
