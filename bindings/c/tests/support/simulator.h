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
    char token[40];
};

#define SIMULATOR_PHONE "+5511999998888"

/* POSTs `body` to a path of the control surface; whether the answer says that it worked. */
static inline bool simulator_post(const char *path, const char *body) {
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
        FILE *answer = fdopen(connection, "r");
        if (fscanf(answer, "HTTP/1.%*1[01] %3u", &status) != 1) {
            status = 0;
        }
        while (fread(text, 1, sizeof text, answer) > 0) {
        }
        fclose(answer);
    } else {
        close(connection);
    }
    return status >= 200 && status < 300;
}

/* An instance that no other test has, and that nobody has linked. */
static inline struct instance simulator_add(const char *provider) {
    static int count;
    struct instance instance = {.provider = provider};
    snprintf(instance.id, sizeof instance.id, "C%ldX%d", (long)getpid(), ++count);
    snprintf(instance.token, sizeof instance.token, "T%ldX%d", (long)getpid(), count);
    char body[256];
    snprintf(body, sizeof body,
             "{\"dialect\":\"%s\",\"id\":\"%s\",\"token\":\"%s\",\"security\":false,"
             "\"phone\":\"" SIMULATOR_PHONE "\"}",
             provider, instance.id, instance.token);
    EXPECT(simulator_post("/instances", body));
    return instance;
}

/* The phone scans the QR code, or types the phone code, that is valid now. */
static inline void simulator_use_code(const struct instance *instance, bool typed) {
    char path[64];
    snprintf(path, sizeof path, "/instances/%s/%s", instance->id, typed ? "type" : "scan");
    EXPECT(simulator_post(path, ""));
}

#endif
