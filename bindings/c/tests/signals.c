/* A program keeps its signals: a connection that breaks does not end it. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include "support/gateway.h"

/* Says something that is not TLS to everybody, and is gone before they answer: what a web server
 * at the wrong port does. */
static void *speak_and_leave(void *argument) {
    int listener = *(int *)argument;
    for (int connection; (connection = accept(listener, NULL, NULL)) >= 0;) {
        static const char text[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
        send(connection, text, sizeof text - 1, MSG_NOSIGNAL);
        close(connection);
    }
    return NULL;
}

static void a_broken_connection_is_a_failure_and_no_more(void) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    NEED(bind(listener, (struct sockaddr *)&address, size) == 0 && listen(listener, 16) == 0);
    NEED(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
    pthread_t thread;
    NEED(pthread_create(&thread, NULL, speak_and_leave, &listener) == 0);

    /* As every program in C begins: SIGPIPE ends it. */
    signal(SIGPIPE, SIG_DFL);
    char base_url[64];
    snprintf(base_url, sizeof base_url, "https://127.0.0.1:%d", ntohs(address.sin_port));
    pairing_settings *settings = canary_settings();
    EXPECT(pairing_settings_set(settings, "base_url", base_url) == PAIRING_STATUS_OK);
    pairing_provider *provider = NULL;
    EXPECT(pairing_provider_open("zapi", settings, NULL, &provider) == PAIRING_STATUS_OK);
    pairing_settings_free(settings);
    for (int i = 0; i < 20; i++) {
        pairing_instance_status *status = NULL;
        EXPECT(pairing_provider_status(provider, -1, &status) == PAIRING_STATUS_UNAVAILABLE);
        EXPECT(!status);
    }
    pairing_provider_free(provider);

    shutdown(listener, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(listener);
}

static void handlers_stay_as_they_were(void) {
    const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGPIPE};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        /* Whoever started this program may have had some of them ignored. */
        signal(signals[i], SIG_DFL);
    }
    struct gateway gateway = GATEWAY_INITIALIZER;
    pairing_session *session = gateway_start(&gateway, 0, 0);
    latch_wait(&gateway.sent, 1);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction action;
        EXPECT(sigaction(signals[i], NULL, &action) == 0);
        EXPECT(action.sa_handler == SIG_DFL);
    }
    sigset_t blocked;
    EXPECT(pthread_sigmask(SIG_BLOCK, NULL, &blocked) == 0);
    EXPECT(!sigismember(&blocked, SIGPIPE));
    gateway_close(&gateway, session);
}

static const struct tap_test tests[] = {
    {"a connection that breaks is a failure and no more",
     a_broken_connection_is_a_failure_and_no_more},
    {"the program's signals stay as they were", handlers_stay_as_they_were},
};

TAP_MAIN(tests)
