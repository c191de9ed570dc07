#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

/* The first that holds an address decides; what none holds is public. */
static const struct {
	uint32_t net;
	int bits;
	enum address_reach reach;
} networks[] = {
	{ 0x7f000000, 8, ADDRESS_LOOPBACK },  /* 127.0.0.0 */
	{ 0x0a000000, 8, ADDRESS_PRIVATE },   /* 10.0.0.0 */
	{ 0xac100000, 12, ADDRESS_PRIVATE },  /* 172.16.0.0 */
	{ 0xc0a80000, 16, ADDRESS_PRIVATE },  /* 192.168.0.0 */
	{ 0x64400000, 10, ADDRESS_PRIVATE },  /* 100.64.0.0, a carrier's */
	{ 0x00000000, 8, ADDRESS_SPECIAL },   /* 0.0.0.0: Linux connects it to itself */
	{ 0xa9fe0000, 16, ADDRESS_SPECIAL },  /* 169.254.0.0, link-local */
	{ 0xc0000000, 24, ADDRESS_SPECIAL },  /* 192.0.0.0 */
	{ 0xc0000200, 24, ADDRESS_SPECIAL },  /* 192.0.2.0, documentation, as the next two */
	{ 0xc6336400, 24, ADDRESS_SPECIAL },  /* 198.51.100.0 */
	{ 0xcb007100, 24, ADDRESS_SPECIAL },  /* 203.0.113.0 */
	{ 0xc6120000, 15, ADDRESS_SPECIAL },  /* 198.18.0.0, benchmarks */
	{ 0xe0000000, 3, ADDRESS_SPECIAL },   /* 224.0.0.0: multicast, reserved, broadcast */
};

static enum address_reach
reach_of_4(uint32_t address)
{
	for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
		if ((address ^ networks[i].net) >> (32 - networks[i].bits) == 0)
			return networks[i].reach;
	return ADDRESS_PUBLIC;
}

static uint32_t
inner_4(const uint8_t *bytes)
{
	uint32_t address;

	memcpy(&address, bytes, sizeof address);
	return ntohl(address);
}

static enum address_reach
reach_of_6(const struct in6_addr *address)
{
	static const uint8_t nat64[12] = { 0x00, 0x64, 0xff, 0x9b };
	const uint8_t *b = address->s6_addr;

	if (IN6_IS_ADDR_LOOPBACK(address))
		return ADDRESS_LOOPBACK;
	if (IN6_IS_ADDR_V4MAPPED(address) || memcmp(b, nat64, sizeof nat64) == 0)
		return reach_of_4(inner_4(b + 12));
	if (b[0] == 0x20 && b[1] == 0x02) /* 6to4 */
		return reach_of_4(inner_4(b + 2));
	if ((b[0] & 0xfe) == 0xfc) /* fc00::/7 */
		return ADDRESS_PRIVATE;
	/* 2000::/3 is all the global unicast there is; 2001:db8:: in it is documentation's. */
	return b[0] >> 5 == 1 && memcmp(b, "\x20\x01\x0d\xb8", 4) != 0 ? ADDRESS_PUBLIC : ADDRESS_SPECIAL;
}

enum address_reach
address_reach(const struct sockaddr *address)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;

	if (address->sa_family == AF_INET) {
		memcpy(&four, address, sizeof four);
		return reach_of_4(ntohl(four.sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6) {
		memcpy(&six, address, sizeof six);
		return reach_of_6(&six.sin6_addr);
	}
	return ADDRESS_SPECIAL;
}
