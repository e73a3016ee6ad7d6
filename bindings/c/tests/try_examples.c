/* The examples, run as a person would: each links a real instance of the simulator. Their folder
 * is in PAIRING_C_EXAMPLES. */
#define _POSIX_C_SOURCE 200809L
#include <ctype.h>
#include <errno.h>
#include <pairing.h>
#include <signal.h>
#include <sys/wait.h>

#include "support/simulator.h"

struct program {
    pid_t id;
    FILE *screen;
    int keyboard;
};

/* How many times faster than in reality the clocks of the simulated gateway and of the example run:
 * so that a link is noticed soon, and where a whole round of codes has to pass. */
enum { SPEED = 10, FAST = 40 };

static void set(const char *provider, const char *setting, const char *value) {
    char variable[64];
    snprintf(variable, sizeof variable, "PAIRING_%s_%s", provider, setting);
    for (char *c = variable; *c; c++) {
        *c = (char)(*c == '-' ? '_' : toupper((unsigned char)*c));
    }
    setenv(variable, value, 1);
}

/* Starts an example with its credentials in the environment, where nobody else sees them. */
static struct program run(const char *name, const struct instance *instance, bool typed,
                          unsigned speed) {
    int keyboard[2], screen[2];
    struct program program = {0};
    fflush(stdout);
    if (!EXPECT(pipe(keyboard) == 0 && pipe(screen) == 0) || (program.id = fork()) < 0) {
        exit(EXIT_FAILURE);
    }
    if (program.id == 0) {
        char path[4096];
        signal(SIGPIPE, SIG_DFL);
        snprintf(path, sizeof path, "%s/%s", getenv("PAIRING_C_EXAMPLES"), name);
        dup2(keyboard[0], STDIN_FILENO);
        dup2(screen[1], STDOUT_FILENO);
        close(keyboard[0]);
        close(keyboard[1]);
        close(screen[0]);
        close(screen[1]);
        set(instance->provider, "base_url", getenv("PAIRING_SIM"));
        for (size_t i = 0; i < instance->count; i++) {
            set(instance->provider, instance->settings[i].name, instance->settings[i].value);
        }
        char text[16];
        snprintf(text, sizeof text, "%u", speed);
        setenv("PAIRING_SPEED", text, 1);
        execl(path, name, instance->provider, typed ? SIMULATOR_PHONE : NULL, (char *)NULL);
        perror(path);
        _exit(127);
    }
    close(keyboard[0]);
    close(screen[1]);
    program.keyboard = keyboard[1];
    program.screen = fdopen(screen[0], "r");
    return program;
}

/* Reads the screen up to a line with one of these texts in it, of which the last is followed by NULL.
 * Which of them, or -1 if the screen ends before. `line` may be NULL. */
static int wait_for_one_of(struct program *program, const char *const *texts, char *line,
                           size_t line_size) {
    char *read = NULL;
    size_t size = 0;
    int found = -1;
    while (found < 0 && getline(&read, &size, program->screen) > 0) {
        for (int i = 0; texts[i] && found < 0; i++) {
            found = strstr(read, texts[i]) ? i : -1;
        }
    }
    if (line) {
        snprintf(line, line_size, "%s", found < 0 ? "" : read);
    }
    free(read);
    return found;
}

static bool wait_for_line(struct program *program, const char *text) {
    return wait_for_one_of(program, (const char *const[]){text, NULL}, NULL, 0) == 0;
}

/* An example that has ended meanwhile does not read them. */
static void press(struct program *program, const char *keys) {
    ssize_t written = write(program->keyboard, keys, strlen(keys));
    EXPECT(written == (ssize_t)strlen(keys) || errno == EPIPE);
}

/* Reads what is left and returns the exit code; -1 if a signal ended it. */
static int finish(struct program *program) {
    int status = 0;
    close(program->keyboard);
    while (getc(program->screen) != EOF) {
    }
    fclose(program->screen);
    EXPECT(waitpid(program->id, &status, 0) == program->id);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A QR code is drawn, or written to a file if the gateway sends a picture. */
static const char *const CODES[] = {"Type it", "Scan it", "Open pairing-code", NULL};

/* As a person with the phone at hand, who uses what is on screen and asks for more where a round is
 * over. Codes die as fast as the example's clock runs, so one may be dead before it is used on a busy
 * machine: then the next one is. */
static void link_as_a_person(struct program *program, const struct instance *instance, bool typed) {
    enum { DONE, ENTER, CODE };
    const char *const lines[] = {"Done: ", "Press Enter", CODES[0], CODES[1], CODES[2], NULL};
    char line[256];
    int found, used = 0;
    while ((found = wait_for_one_of(program, lines, line, sizeof line)) > DONE) {
        if (found == ENTER) {
            press(program, "\n");
        } else {
            EXPECT((found == CODE) == typed);
            used += simulator_use_code(instance, typed);
        }
    }
    EXPECT(used == 1);
    EXPECT_TEXT(line, "Done: connected, " SIMULATOR_PHONE "\n");
    EXPECT(finish(program) == EXIT_SUCCESS);
}

static void links(const char *name, const char *provider, bool typed) {
    struct instance instance = simulator_add(provider, SPEED);
    struct program program = run(name, &instance, typed, SPEED);
    link_as_a_person(&program, &instance, typed);
}

static void resumes(const char *name, const char *provider, bool typed) {
    struct instance instance = simulator_add(provider, FAST);
    struct program program = run(name, &instance, typed, FAST);
    EXPECT(wait_for_line(&program, "Press Enter"));
    press(&program, "\n");
    link_as_a_person(&program, &instance, typed);
}

static void is_cancelled(const char *name, const char *provider, bool typed) {
    struct instance instance = simulator_add(provider, SPEED);
    struct program program = run(name, &instance, typed, SPEED);
    EXPECT(wait_for_one_of(&program, CODES, NULL, 0) >= 0);
    press(&program, "q\n");
    EXPECT(wait_for_line(&program, "Done: cancelled"));
    EXPECT(finish(&program) == EXIT_FAILURE);
    EXPECT(access("pairing-code.png", F_OK) != 0); /* a live code is not left lying about */
}

static void refuses_a_wrong_token(const char *name, const char *provider, bool typed) {
    struct instance instance = simulator_add(provider, SPEED);
    for (size_t i = 0; i < instance.count; i++) {
        const char *setting = instance.settings[i].name;
        if (strcmp(setting, "token") == 0 || strcmp(setting, "api_key") == 0) {
            strcpy(instance.settings[i].value, "wrong");
        }
    }
    struct program program = run(name, &instance, typed, SPEED);
    EXPECT(wait_for_line(&program, "Done: rejected"));
    EXPECT(finish(&program) == EXIT_FAILURE);
}

/* Whether the gateway links by phone code. */
static bool has_phone_codes(const char *provider) {
    struct instance instance = simulator_add(provider, SPEED);
    pairing_settings *settings = pairing_settings_new();
    EXPECT(pairing_settings_set(settings, "base_url", getenv("PAIRING_SIM")) == PAIRING_STATUS_OK);
    for (size_t i = 0; i < instance.count; i++) {
        EXPECT(pairing_settings_set(settings, instance.settings[i].name,
                                    instance.settings[i].value) == PAIRING_STATUS_OK);
    }
    pairing_provider *opened = NULL;
    EXPECT(pairing_provider_open(provider, settings, NULL, &opened) == PAIRING_STATUS_OK);
    bool can = pairing_provider_can(opened, PAIRING_CAPABILITY_PHONE_CODE);
    pairing_provider_free(opened);
    pairing_settings_free(settings);
    return can;
}

/* The first test is for every gateway, the others for the first: what an example does besides is the same
 * for each. */
static const struct {
    const char *example;
    const char *what;
    void (*run)(const char *name, const char *provider, bool typed);
} tests[] = {
    {"terminal", "links", links},
    {"terminal", "resumes after a round that nobody used", resumes},
    {"terminal", "says why it was refused", refuses_a_wrong_token},
    {"poll", "links", links},
    {"poll", "resumes after a round that nobody used", resumes},
    {"poll", "is cancelled in the middle", is_cancelled},
    {"own_http", "links", links},
    {"own_http", "says why it was refused", refuses_a_wrong_token},
};

/* With an argument, only what has it in its name. */
int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        if (argc > 1 && !strstr(tests[i].what, argv[1])) {
            continue;
        }
        size_t gateways = i == 0 ? pairing_providers_get_count() : 1;
        for (size_t variant = 0; variant < 2 * gateways; variant++) {
            const char *provider = pairing_providers_get_name(variant / 2);
            bool typed = variant % 2;
            char name[128];
            if (typed && !has_phone_codes(provider)) {
                continue;
            }
            snprintf(name, sizeof name, "example %s %s (%s, %s)", tests[i].example, tests[i].what,
                     provider, typed ? "phone code" : "QR");
            tap_begin();
            tests[i].run(tests[i].example, provider, typed);
            tap_end(name);
        }
    }
    return tap_finish();
}
