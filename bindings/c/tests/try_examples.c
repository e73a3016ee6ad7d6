/* The examples, run as a person would: each links a real instance of the simulator. Their folder
 * is in PAIRING_C_EXAMPLES. */
#define _POSIX_C_SOURCE 200809L
#include <ctype.h>
#include <pairing.h>
#include <sys/wait.h>

#include "support/simulator.h"

struct program {
    pid_t id;
    FILE *screen;
    int keyboard;
};

static void set(const char *provider, const char *setting, const char *value) {
    char variable[64];
    snprintf(variable, sizeof variable, "PAIRING_%s_%s", provider, setting);
    for (char *c = variable; *c; c++) {
        *c = (char)(*c == '-' ? '_' : toupper((unsigned char)*c));
    }
    setenv(variable, value, 1);
}

/* Starts an example with its credentials in the environment, where nobody else sees them. Its codes
 * die so many times as fast as the simulator's: it notices soon, and the phone is never late. */
static struct program run(const char *name, const struct instance *instance, bool typed,
                          const char *speed) {
    int keyboard[2], screen[2];
    struct program program = {0};
    fflush(stdout);
    if (!EXPECT(pipe(keyboard) == 0 && pipe(screen) == 0) || (program.id = fork()) < 0) {
        exit(EXIT_FAILURE);
    }
    if (program.id == 0) {
        char path[4096];
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
        setenv("PAIRING_SPEED", speed, 1);
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

/* Reads the screen up to a line with one of these texts in it. */
static bool wait_for_either(struct program *program, const char *text, const char *other) {
    char *line = NULL;
    size_t size = 0;
    bool found = false;
    while (!found && getline(&line, &size, program->screen) > 0) {
        found = strstr(line, text) || strstr(line, other);
    }
    free(line);
    return found;
}

static bool wait_for_line(struct program *program, const char *text) {
    return wait_for_either(program, text, text);
}

static void press(struct program *program, const char *keys) {
    EXPECT(write(program->keyboard, keys, strlen(keys)) == (ssize_t)strlen(keys));
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
static bool wait_for_code(struct program *program, bool typed) {
    return typed ? wait_for_line(program, "Type it")
                 : wait_for_either(program, "Scan it", "Open pairing-code");
}

static void expect_linked(struct program *program) {
    EXPECT(wait_for_line(program, "Done: connected, " SIMULATOR_PHONE));
    EXPECT(finish(program) == EXIT_SUCCESS);
}

static void links(const char *name, const char *provider, bool typed) {
    struct instance instance = simulator_add(provider);
    struct program program = run(name, &instance, typed, "10");
    EXPECT(wait_for_code(&program, typed));
    simulator_use_code(&instance, typed);
    expect_linked(&program);
}

static void resumes(const char *name, const char *provider, bool typed) {
    struct instance instance = simulator_add(provider);
    struct program program = run(name, &instance, typed, "40");
    EXPECT(wait_for_line(&program, "Press Enter"));
    press(&program, "\n");
    EXPECT(wait_for_code(&program, typed));
    simulator_use_code(&instance, typed);
    expect_linked(&program);
}

static void is_cancelled(const char *name, const char *provider, bool typed) {
    struct instance instance = simulator_add(provider);
    struct program program = run(name, &instance, typed, "10");
    EXPECT(wait_for_code(&program, typed));
    press(&program, "q\n");
    EXPECT(wait_for_line(&program, "Done: cancelled"));
    EXPECT(finish(&program) == EXIT_FAILURE);
    EXPECT(access("pairing-code.png", F_OK) != 0); /* a live code is not left lying about */
}

static void refuses_a_wrong_token(const char *name, const char *provider, bool typed) {
    struct instance instance = simulator_add(provider);
    for (size_t i = 0; i < instance.count; i++) {
        const char *setting = instance.settings[i].name;
        if (strcmp(setting, "token") == 0 || strcmp(setting, "api_key") == 0) {
            strcpy(instance.settings[i].value, "wrong");
        }
    }
    struct program program = run(name, &instance, typed, "10");
    EXPECT(wait_for_line(&program, "Done: rejected"));
    EXPECT(finish(&program) == EXIT_FAILURE);
}

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
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        if (argc > 1 && !strstr(tests[i].what, argv[1])) {
            continue;
        }
        for (size_t variant = 0; variant < 2 * pairing_providers_get_count(); variant++) {
            const char *provider = pairing_providers_get_name(variant / 2);
            bool typed = variant % 2;
            char name[128];
            snprintf(name, sizeof name, "example %s %s (%s, %s)", tests[i].example, tests[i].what,
                     provider, typed ? "phone code" : "QR");
            tap_begin();
            tests[i].run(tests[i].example, provider, typed);
            tap_end(name);
        }
    }
    return tap_finish();
}
