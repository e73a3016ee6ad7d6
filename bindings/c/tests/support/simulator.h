/* Instances of `pairing sim`, whose base URL is in PAIRING_SIM, and the phones that use them. */
#ifndef SIMULATOR_H
#define SIMULATOR_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "tap.h"

struct instance {
    const char *provider;
    char id[40];
    /* What the library needs to reach it, except the address. */
    struct {
        char name[32];
        char value[64];
    } settings[8];
    size_t count;
};

#define SIMULATOR_PHONE "+5511999998888"

/* POSTs `body` to a path of the control surface; whether the answer says that it worked. `answer` may
 * be NULL. */
static inline bool simulator_ask(const char *path, const char *body, char *answer, size_t size) {
    const char *base_url = getenv("PAIRING_SIM");
    struct sockaddr_in address = {.sin_family = AF_INET};
    unsigned short port;
    if (!EXPECT(base_url && sscanf(base_url, "http://127.0.0.1:%hu", &port) == 1)) {
        return false;
    }
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    char text[1024];
    int length = snprintf(text, sizeof text,
                          "POST /_sim%s HTTP/1.0\r\nhost: localhost\r\n"
                          "content-type: application/json\r\ncontent-length: %zu\r\n\r\n%s",
                          path, strlen(body), body);
    unsigned status = 0;
    if (connect(connection, (struct sockaddr *)&address, sizeof address) == 0 &&
        send(connection, text, (size_t)length, MSG_NOSIGNAL) == length) {
        FILE *received = fdopen(connection, "r");
        if (fscanf(received, "HTTP/1.%*1[01] %3u", &status) != 1) {
            status = 0;
        }
        if (answer) {
            answer[fread(answer, 1, size - 1, received)] = '\0';
        }
        while (fread(text, 1, sizeof text, received) > 0) {
        }
        fclose(received);
    } else {
        close(connection);
    }
    return status >= 200 && status < 300;
}

static inline bool simulator_post(const char *path, const char *body) {
    return simulator_ask(path, body, NULL, 0);
}

/* Reads `"settings":{"name":"value",…}`; no text in it has an escape. */
static inline void simulator_read_settings(struct instance *instance, const char *json) {
    const char *next = strstr(json, "\"settings\":{");
    if (!EXPECT(next)) {
        return;
    }
    int length = 0;
    for (next = strchr(next, '{') + 1;
         instance->count < sizeof instance->settings / sizeof *instance->settings &&
         sscanf(next, "\"%31[^\"]\":\"%63[^\"]\"%n", instance->settings[instance->count].name,
                instance->settings[instance->count].value, &length) == 2;
         next += length + 1) {
        instance->count++;
    }
    EXPECT(instance->count > 0);
}

/* An instance that no other test has, and that nobody has linked. Its time passes so many times faster
 * than the clock's. */
static inline struct instance simulator_add(const char *provider, unsigned speed) {
    static int count;
    struct instance instance = {.provider = provider};
    snprintf(instance.id, sizeof instance.id, "C%ldX%d", (long)getpid(), ++count);
    char body[256], answer[4096];
    snprintf(body, sizeof body,
             "{\"dialect\":\"%s\",\"id\":\"%s\",\"speed\":%u,\"phone\":\"" SIMULATOR_PHONE "\"}",
             provider, instance.id, speed);
    if (EXPECT(simulator_ask("/instances", body, answer, sizeof answer))) {
        simulator_read_settings(&instance, answer);
    }
    return instance;
}

/* The phone scans the QR code, or types the phone code, that is valid now. False if none is, or if a
 * phone is linked already. */
static inline bool simulator_use_code(const struct instance *instance, bool typed) {
    char path[64];
    snprintf(path, sizeof path, "/instances/%s/%s", instance->id, typed ? "type" : "scan");
    return simulator_post(path, "");
}

#endif
