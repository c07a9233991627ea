//! The sizes and counts that both sides keep to. Those that an operator may
//! change are the relay's options; these are their defaults.

/// The largest message, in bytes, either way. An offer with many codecs and
/// candidates is about 10 KB; ten times the usual leaves room and bounds memory.
pub const MAX_MESSAGE_BYTES: usize = 64 * 1024;

/// The largest session description that a page takes from a peer, in bytes.
pub const MAX_SDP_BYTES: usize = 32 * 1024;

/// The largest candidate line that a page takes from a peer, in bytes. Real ones
/// are about 120.
pub const MAX_CANDIDATE_BYTES: usize = 1024;

/// How many candidates a page takes from a peer for one connection. A laptop with
/// several interfaces, IPv4 and IPv6, has about 20.
pub const MAX_CANDIDATES: usize = 64;

/// The longest room name, in characters.
pub const MAX_ROOM_NAME: usize = 64;

/// How many receivers one sender serves. Each costs the sender an encoder and an
/// uplink, so a mesh does not go much further.
pub const MAX_RECEIVERS: usize = 8;

/// How many take part in a call. Each sends its picture to each other one.
pub const MAX_MEMBERS: usize = 4;

/// How many messages to one peer wait for its acknowledgement. An attempt to connect is
/// a description and its candidates; twice that is more than any exchange needs.
pub const MAX_UNACKNOWLEDGED: usize = 2 * (MAX_CANDIDATES + 2);

/// How many STUN or TURN servers a page takes from a relay. Browsers warn that
/// five or more slow down the gathering of candidates.
pub const MAX_ICE_SERVERS: usize = 8;

/// The longest address of a STUN or TURN server, in bytes.
pub const MAX_ICE_URL_BYTES: usize = 256;
