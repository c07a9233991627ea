//! Who this page is: its room where it has to make one up, and its secret.

use sightline_protocol::{PeerSecret, Role, RoomName};
use sightline_web::{Storage, random_bytes, seconds_since_1970, was_reloaded};

/// A room's name that nobody else has.
pub fn new_room() -> RoomName {
    RoomName::from_bits(u64::from_le_bytes(random()))
}

/// A number that differs from load to load.
pub(crate) fn new_seed() -> u64 {
    u64::from_le_bytes(random())
}

/// Where the seats of a sender are remembered, one a line: the secret and the room.
const SEATS: &str = "sightline.seats";

/// How many are, the last ones.
const MAX_SEATS: usize = 16;

/// This page's seat in a room: the secret that proves it, and where it is remembered.
pub(crate) struct Seat {
    pub(crate) secret: PeerSecret,
    /// The page was in the room when it was put away, just now.
    pub(crate) was_in: bool,
    room: RoomName,
    role: Role,
}

impl Seat {
    /// The one that this page had in this room before, or a new one.
    ///
    /// A sender's is the browser's: there is one seat, and whoever closed the tab, or whose
    /// browser crashed, takes it again in another. A second tab takes it from the first,
    /// which says so. Receivers and members have one for each tab, which
    /// is in the tab's memory only while it isn't seen: a copy of a tab copies that, too, and
    /// is another screen.
    pub(crate) fn take(room: &RoomName, role: Role) -> Self {
        let kept = match role {
            Role::Sender => {
                let seats = Storage::Browser.get(SEATS).unwrap_or_default();
                let mine =
                    |line: &str| Some(line.strip_suffix(room.as_str())?.trim_end().to_owned());
                seats.lines().filter_map(mine).find(|secret| secret.len() == SECRET_LENGTH)
            }
            Role::Receiver | Role::Member => Storage::Tab.take(&key(room, role)),
        };
        let kept = kept.unwrap_or_default();
        let (secret, left) = kept.split_once(' ').unwrap_or((&kept, ""));
        let secret = PeerSecret::parse(secret);
        let left = left.parse().unwrap_or(0);
        // A reload goes on where it was. Who left, by the way back or by a link, and returns has
        // to join again: nobody is on air without a click.
        let recent = seconds_since_1970().saturating_sub(left) < A_MOMENT;
        let was_in = secret.is_ok() && recent && was_reloaded();
        let secret = secret.unwrap_or_else(|_| PeerSecret::from_bytes(random()));
        let seat = Self { secret, was_in, room: room.clone(), role };
        if role == Role::Sender {
            seat.keep(false);
        }
        seat
    }

    /// Takes it out of the tab's memory again: the page is seen, and is still the one that has it.
    pub(crate) fn take_back(&self) {
        if self.role != Role::Sender {
            let _ = Storage::Tab.take(&key(&self.room, self.role));
        }
    }

    /// Keeps the secret for the next load, but not that the page was in the room.
    pub(crate) fn forget_presence(&self) {
        self.keep(false);
    }

    /// Keeps it for the next load, and whether the page is in the room. Returns whether it is
    /// kept: a browser may forbid that.
    pub(crate) fn keep(&self, is_in: bool) -> bool {
        let secret = String::from(self.secret);
        if self.role != Role::Sender {
            let left = if is_in { seconds_since_1970() } else { 0 };
            let kept = [secret, left.to_string()].join(" ");
            return Storage::Tab.set(&key(&self.room, self.role), &kept);
        }
        let mine = secret + " " + self.room.as_str();
        let seats = Storage::Browser.get(SEATS).unwrap_or_default();
        let others = seats.lines().filter(|line| *line != mine).take(MAX_SEATS - 1);
        let all: Vec<&str> = std::iter::once(mine.as_str()).chain(others).collect();
        Storage::Browser.set(SEATS, &all.join("\n"))
    }
}

/// Who comes back so soon, in seconds, goes on where they were: as long as their seat is kept.
const A_MOMENT: u64 = 60;

/// Secrets are written in hexadecimal digits.
const SECRET_LENGTH: usize = 32;

fn key(room: &RoomName, role: Role) -> String {
    let kind = if role == Role::Member { "member" } else { "receiver" };
    ["sightline.", kind, ".", room.as_str()].concat()
}

fn random<const N: usize>() -> [u8; N] {
    random_bytes().unwrap_or_else(|_| {
        // No supported browser is without `crypto`. One that is gets an id that is
        // rather unlikely to be taken, instead of no page at all.
        let mut bytes = [0; N];
        let clock = seconds_since_1970().to_le_bytes();
        let fine = sightline_web::now().subsec_nanos().to_le_bytes();
        bytes.iter_mut().zip(clock.iter().chain(&fine)).for_each(|(to, from)| *to = *from);
        bytes
    })
}
