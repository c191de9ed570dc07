/*
 * crypto: random tokens and keyed hashes, on libsodium and OpenSSL. Keys are raw bytes.
 */
#ifndef VICHE_BASE_CRYPTO_H
#define VICHE_BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/pool.h"

enum { TOKEN_BYTES = 32, MAC_BYTES = 32 };

/* Must be called once before anything else of this header. */
void crypto_open(void);

/* A random 256-bit token as 43 characters of base64url. */
char *crypto_token(struct pool *pool);

/* SHA-256 of a string: what is stored in place of a token. */
void crypto_digest(const char *s, unsigned char hash[static MAC_BYTES]);

/* HMAC-SHA-256 (RFC 2104). */
void crypto_mac(const unsigned char key[static MAC_BYTES], const void *message, size_t len,
    unsigned char mac[static MAC_BYTES]);

/* Equal in constant time. */
bool crypto_same(const void *a, const void *b, size_t len);

#endif
