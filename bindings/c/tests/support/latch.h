/* A count that threads raise and wait for. */
#ifndef LATCH_H
#define LATCH_H

#include <pthread.h>

struct latch {
    pthread_mutex_t mutex;
    pthread_cond_t raised;
    int count;
};

#define LATCH_INITIALIZER {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0}

static inline void latch_raise(struct latch *latch) {
    pthread_mutex_lock(&latch->mutex);
    latch->count++;
    pthread_cond_broadcast(&latch->raised);
    pthread_mutex_unlock(&latch->mutex);
}

static inline void latch_wait(struct latch *latch, int count) {
    pthread_mutex_lock(&latch->mutex);
    while (latch->count < count) {
        pthread_cond_wait(&latch->raised, &latch->mutex);
    }
    pthread_mutex_unlock(&latch->mutex);
}

static inline int latch_count(struct latch *latch) {
    pthread_mutex_lock(&latch->mutex);
    int count = latch->count;
    pthread_mutex_unlock(&latch->mutex);
    return count;
}

#endif
