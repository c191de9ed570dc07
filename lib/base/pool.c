#include "base/pool.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHUNK = 64 * 1024,
	SPARE = 6, /* what most requests take; kept, since giving it back and asking anew costs page faults */
	ALIGN = 16
};

struct chunk {
	struct chunk *next;
	size_t size, used;
	_Alignas(16) char data[];
};

struct pool {
	struct chunk *chunks; /* the newest first; never none */
	struct chunk *spare;  /* zeroed, of CHUNK bytes */
	size_t spares, limit, used;
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
free_all(struct chunk *c)
{
	while (c != NULL) {
		struct chunk *next = c->next;
		free(c);
		c = next;
	}
}

void
pool_close(struct pool *pool)
{
	if (pool == NULL)
		return;
	free_all(pool->chunks);
	free_all(pool->spare);
	free(pool);
}

static void
add_chunk(struct pool *pool, size_t need)
{
	struct chunk *c = pool->spare;

	if (need > CHUNK || c == NULL) {
		pool->chunks = chunk_open(need > CHUNK ? need : CHUNK, pool->chunks);
		return;
	}
	pool->spare = c->next;
	pool->spares--;
	c->next = pool->chunks;
	pool->chunks = c;
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
		add_chunk(pool, need);
	void *p = pool->chunks->data + pool->chunks->used;
	pool->chunks->used += need;
	pool->used += need;
	return p;
}

void *
pool_grow(struct pool *pool, void *block, size_t old, size_t size)
{
	struct chunk *c = pool->chunks;
	size_t had = (old + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	size_t more = ((size + ALIGN - 1) & ~(size_t)(ALIGN - 1)) - had;

	if ((char *)block + had == c->data + c->used && more <= c->size - c->used &&
	    more <= pool->limit - pool->used) {
		c->used += more;
		pool->used += more;
		return block;
	}
	return memcpy(pool_alloc(pool, size), block, old);
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
	while (pool->chunks != NULL) {
		struct chunk *c = pool->chunks;
		pool->chunks = c->next;
		if (c->size != CHUNK || pool->spares > SPARE) {
			free(c);
			continue;
		}
		memset(c->data, 0, c->used);
		c->used = 0;
		c->next = pool->spare;
		pool->spare = c;
		pool->spares++;
	}
	add_chunk(pool, CHUNK);
	pool->used = 0;
}

size_t
pool_used(const struct pool *pool)
{
	return pool->used;
}
