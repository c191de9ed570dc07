#include "base/pool.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 64 * 1024, ALIGN = 16 };

struct chunk {
	struct chunk *next;
	size_t size, used;
	_Alignas(16) char data[];
};

struct pool {
	struct chunk *chunks; /* the newest first; the last one is kept over pool_leave() */
	size_t limit, used;
};

static struct pool *entered;
static bool hooked;

static struct chunk *
chunk_open(size_t size, struct chunk *next)
{
	struct chunk *c = calloc(1, sizeof *c + size);
	if (c == NULL) {
		fputs("pool: out of memory\n", stderr);
		abort();
	}
	c->size = size;
	c->next = next;
	return c;
}

struct pool *
pool_open(size_t limit)
{
	struct pool *pool = calloc(1, sizeof *pool);
	if (pool == NULL)
		abort();
	pool->limit = limit;
	pool->chunks = chunk_open(CHUNK, NULL);
	return pool;
}

static void
free_but_last(struct pool *pool)
{
	while (pool->chunks->next != NULL) {
		struct chunk *c = pool->chunks;
		pool->chunks = c->next;
		free(c);
	}
}

void
pool_close(struct pool *pool)
{
	if (pool == NULL)
		return;
	free_but_last(pool);
	free(pool->chunks);
	free(pool);
}

void *
pool_alloc(struct pool *pool, size_t size)
{
	size_t need = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);

	if (need < size || need > pool->limit - pool->used) {
		fputs("pool: the request's memory limit is reached\n", stderr);
		abort();
	}
	if (need > pool->chunks->size - pool->chunks->used)
		pool->chunks = chunk_open(need > CHUNK ? need : CHUNK, pool->chunks);
	void *p = pool->chunks->data + pool->chunks->used;
	pool->chunks->used += need;
	pool->used += need;
	return p;
}

static void *
json_take(size_t size)
{
	return entered != NULL ? pool_alloc(entered, size) : malloc(size);
}

static void
json_give(void *p)
{
	if (entered == NULL)
		free(p);
}

void
pool_enter(struct pool *pool)
{
	if (!hooked) {
		json_set_alloc_funcs(json_take, json_give);
		hooked = true;
	}
	entered = pool;
}

void
pool_leave(struct pool *pool)
{
	if (entered == pool)
		entered = NULL;
	free_but_last(pool);
	memset(pool->chunks->data, 0, pool->chunks->used);
	pool->chunks->used = 0;
	pool->used = 0;
}

size_t
pool_used(const struct pool *pool)
{
	return pool->used;
}
