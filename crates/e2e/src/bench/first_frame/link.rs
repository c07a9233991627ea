//! What is measured where: the networks between sender and receiver, and the pages.

use clap::ValueEnum;

/// What is between the sender and the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Link {
    /// Two windows of one Chromium on this machine.
    Loopback,
    /// Two Firefoxes on this machine.
    Firefox,
    /// Two machines 50 ms apart; the sender's uplink carries 1 Mbit/s.
    #[value(name = "1")]
    Uplink1,
    /// The same with 2 Mbit/s.
    #[value(name = "2")]
    Uplink2,
    /// The same with 5 Mbit/s.
    #[value(name = "5")]
    Uplink5,
    /// The same with 20 Mbit/s.
    #[value(name = "20")]
    Uplink20,
}

/// What is wanted of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goals {
    /// A picture that is sharp from the start.
    Sharp,
    /// To be no worse than the browser's defaults.
    NoWorse,
    /// Nothing: it is measured to be known.
    None,
}

/// Which pages show the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pages {
    /// The browser's defaults; nothing is connected before the click.
    Cold,
    /// The browser's defaults; connected before the click, as Sightline is.
    Connected,
    /// Sightline's sender and receiver.
    Sightline,
    /// The same, and the relay is far away though the other page is near.
    SightlineFarRelay,
}

impl Link {
    /// The sender's uplink in kilobits a second, where it has a limit.
    pub(crate) const fn uplink(self) -> Option<u32> {
        match self {
            Self::Loopback | Self::Firefox => None,
            Self::Uplink1 => Some(1_000),
            Self::Uplink2 => Some(2_000),
            Self::Uplink5 => Some(5_000),
            Self::Uplink20 => Some(20_000),
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Loopback => "loopback",
            Self::Firefox => "loopback, Firefox",
            Self::Uplink1 => "1 Mbit/s",
            Self::Uplink2 => "2 Mbit/s",
            Self::Uplink5 => "5 Mbit/s",
            Self::Uplink20 => "20 Mbit/s",
        }
    }

    /// Which goals there are for it.
    pub(crate) const fn goals(self) -> Goals {
        match self {
            Self::Loopback | Self::Uplink5 | Self::Uplink20 => Goals::Sharp,
            Self::Uplink1 | Self::Uplink2 => Goals::NoWorse,
            Self::Firefox => Goals::None,
        }
    }

    /// What is measured there. In a network the relay is as far as the other page.
    pub(crate) const fn pages(self) -> &'static [Pages] {
        match self {
            Self::Loopback => {
                &[Pages::Cold, Pages::Connected, Pages::Sightline, Pages::SightlineFarRelay]
            }
            Self::Firefox => &[Pages::Connected, Pages::Sightline],
            _ => &[Pages::Cold, Pages::Connected, Pages::Sightline],
        }
    }
}

impl Pages {
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Cold => "defaults, cold",
            Self::Connected => "defaults, connected before",
            Self::Sightline => "Sightline",
            Self::SightlineFarRelay => "Sightline, relay far away",
        }
    }

    pub(crate) const fn is_sightline(self) -> bool {
        matches!(self, Self::Sightline | Self::SightlineFarRelay)
    }
}
