/*
 * address: how far an IP address reaches, so that an outgoing call ends where it was meant to
 * (IANA's special-purpose address registries, RFC 6890).
 */
#ifndef VICHE_BASE_ADDRESS_H
#define VICHE_BASE_ADDRESS_H

#include <sys/socket.h>

enum address_reach {
	ADDRESS_LOOPBACK, /* this machine */
	ADDRESS_PRIVATE,  /* an organisation's own network */
	ADDRESS_PUBLIC,
	ADDRESS_SPECIAL   /* link-local (cloud metadata), multicast, reserved, no IP address at all */
};

/* An IPv4 address inside an IPv6 one (mapped, 6to4, NAT64) counts as itself. */
enum address_reach address_reach(const struct sockaddr *address);

#endif
