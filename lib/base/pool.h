/*
 * pool: memory that is born in a request and freed whole at its end.
 *
 * Invariants: every block is zeroed and aligned for any type; nothing is freed singly; a pool
 * that outgrows its limit aborts the process (every input is bounded, so that is a programmer's
 * mistake, and the supervisor starts the program again).
 *
 * While a pool is entered, jansson takes its memory from it too: a json_t made then must not
 * outlive pool_leave(). Objects made while none is entered live on the heap as usual.
 */
#ifndef VICHE_BASE_POOL_H
#define VICHE_BASE_POOL_H

#include <stddef.h>

struct pool;

/* A new pool of at most limit bytes. The caller owns it. */
struct pool *pool_open(size_t limit);

/* Frees the pool and all that came from it; NULL is allowed. */
void pool_close(struct pool *pool);

/* size zeroed bytes, never NULL. */
void *pool_alloc(struct pool *pool, size_t size) __attribute__((malloc, alloc_size(2)));

/* The same bytes in a block of size, and zeroes behind them; before, it had old bytes (less than size). In
 * place where it is the newest block; else the old one stays as it was. */
void *pool_grow(struct pool *pool, void *block, size_t old, size_t size);

/* Sends jansson's allocations to the pool until pool_leave(). Pools do not nest. */
void pool_enter(struct pool *pool);

/* Ends pool_enter() and frees all that the pool gave out; the pool can be entered again. */
void pool_leave(struct pool *pool);

/* Bytes given out since the pool was opened or left. */
size_t pool_used(const struct pool *pool);

#endif
