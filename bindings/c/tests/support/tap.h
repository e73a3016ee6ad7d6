/* A test program: `ok - name` or `not ok - name` for each test, then `1..N`. */
#ifndef TAP_H
#define TAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tap_test {
    const char *name;
    void (*run)(void);
};

static atomic_int tap_misses;

/* May be used on any thread. */
#define EXPECT(condition) tap_expect((condition), #condition, __FILE__, __LINE__)
#define EXPECT_TEXT(found, wanted) tap_expect_text((found), (wanted), __FILE__, __LINE__)
/* For what the rest of a test cannot do without. */
#define NEED(condition)                                                                            \
    do {                                                                                           \
        if (!EXPECT(condition)) {                                                                  \
            return;                                                                                \
        }                                                                                          \
    } while (0)

static inline bool tap_expect(bool met, const char *condition, const char *file, int line) {
    if (!met) {
        atomic_fetch_add(&tap_misses, 1);
        printf("# %s:%d: %s\n", file, line, condition);
    }
    return met;
}

static inline bool tap_expect_text(const char *found, const char *wanted, const char *file,
                                   int line) {
    bool met = found && wanted ? strcmp(found, wanted) == 0 : found == wanted;
    if (!met) {
        atomic_fetch_add(&tap_misses, 1);
        printf("# %s:%d: \"%s\", not \"%s\"\n", file, line, found ? found : "(null)",
               wanted ? wanted : "(null)");
    }
    return met;
}

static int tap_count, tap_failed;

static inline void tap_begin(void) {
    atomic_store(&tap_misses, 0);
    /* Not a measurement: a test that waits for ever must not stop the whole suite. */
    alarm(300);
}

static inline void tap_end(const char *name) {
    bool passed = atomic_load(&tap_misses) == 0;
    tap_count++;
    tap_failed += !passed;
    printf("%sok - %s\n", passed ? "" : "not ", name);
    fflush(stdout);
}

static inline int tap_finish(void) {
    printf("1..%d\n", tap_count);
    return tap_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static inline int tap_run(const struct tap_test *tests, size_t count) {
    for (size_t i = 0; i < count; i++) {
        tap_begin();
        tests[i].run();
        tap_end(tests[i].name);
    }
    return tap_finish();
}

#define TAP_MAIN(tests)                                                                            \
    int main(void) { return tap_run(tests, sizeof(tests) / sizeof *(tests)); }

#endif
