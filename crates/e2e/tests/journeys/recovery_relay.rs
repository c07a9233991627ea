//! The relay breaks in every way there is during a call: nobody sees it in the picture, both
//! pages say so and are back by themselves.

use std::time::Duration;

use anyhow::Result;
use sightline_e2e::{Page, Relay, Setup, journey, now};

use crate::call::{call_between, share, two, watch, watching};
use crate::recovery::{Usual, connected_once, lasting, note, relay_away, relay_back};

const PICTURE: &str = "#remote-video";

const KILLS: usize = 20;

/// Nothing is connected anew, and somebody who comes late is let in by both.
async fn all_is_well(sender: &Page, receiver: &Page) -> Result<()> {
    for page in [sender, receiver] {
        relay_back(page).await?;
        assert_eq!(page.state().await?, "live");
        connected_once(page).await?;
    }
    Ok(())
}

/// By itself a page waits longer each time that the relay is lost so soon again, up to 10
/// seconds, unless the browser says that its network is back.
async fn try_at_once(page: &Page) -> Result<()> {
    page.script("dispatchEvent(new Event('online'))", vec![]).await.map(drop)
}

/// Killed many times, and told to stop now and then.
async fn killed(relay: &Relay, sender: &Page, receiver: &Page) -> Result<()> {
    call_between(sender, receiver, relay, "killed").await?;
    let usual = Usual::of(receiver, PICTURE).await?;
    let began = now();
    for round in 0..KILLS {
        let before = now();
        relay.kill().await?;
        // Long enough to be said, now and then; mostly it is over at once.
        if round % 10 == 0 {
            for page in [sender, receiver] {
                relay_away(page, Duration::from_secs(10)).await?;
            }
        }
        relay.start_again().await?;
        for page in [sender, receiver] {
            if round % 5 != 0 {
                try_at_once(page).await?;
            }
            page.wait_welcome(before).await?;
        }
        if round % 10 == 0 {
            let before = now();
            relay.stop().await?;
            relay.start_again().await?;
            for page in [sender, receiver] {
                page.wait_welcome(before).await?;
            }
        }
    }
    note(&format!("{KILLS} kills in {} ms", now() - began));
    all_is_well(sender, receiver).await?;
    usual.still_holds(receiver, PICTURE, "the relay is killed").await
}

/// Its connections stay open, and nothing answers; the system accepts new ones for it.
async fn paused(relay: &Relay, sender: &Page, receiver: &Page) -> Result<()> {
    call_between(sender, receiver, relay, "paused").await?;
    let usual = Usual::of(receiver, PICTURE).await?;
    let began = now();
    relay.pause().await?;
    let noticed = async {
        for page in [sender, receiver] {
            relay_away(page, Duration::from_secs(16)).await?;
            note(&format!("{page:?} noticed within {} ms", now() - began));
        }
        Ok::<_, anyhow::Error>(())
    };
    tokio::join!(lasting(Duration::from_secs(40)), noticed).1?;
    let resumed = now();
    relay.resume().await?;
    for page in [sender, receiver] {
        let welcome = page.wait_welcome(resumed).await?;
        note(&format!("{page:?} is in after {} ms", welcome - resumed));
    }
    all_is_well(sender, receiver).await?;
    usual.still_holds(receiver, PICTURE, "the relay falls silent").await
}

/// Two relays, each with a call: what both need most of is time.
#[test]
fn killed_twenty_times_and_paused() {
    journey(async |journey| {
        let relays = (journey.relay().await?, journey.relay().await?);
        let watched = Setup::chromium().watched();
        let one = two(journey, watched.clone(), watched.clone()).await?;
        let other = two(journey, watched.clone(), watched).await?;
        let killed = killed(&relays.0, &one.0, &one.1);
        tokio::try_join!(killed, paused(&relays.1, &other.0, &other.1)).map(drop)
    });
}

/// Killed and stopped, from each browser to the other, and somebody comes afterwards.
fn lost(from: Setup, to: Setup) {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let late = journey.page("late", Setup::chromium()).await?;
        let (sender, receiver) = two(journey, from, to).await?;
        share(&sender, &relay, "lost").await?;
        watch(&receiver, &relay, "lost").await?;
        sender.wait_state("live").await?;
        let usual = Usual::of(&receiver, PICTURE).await?;
        for stop in [false, true] {
            if stop {
                relay.stop().await?
            } else {
                relay.kill().await?
            }
            for page in [&sender, &receiver] {
                relay_away(page, Duration::from_secs(10)).await?;
            }
            receiver.wait_frames(30).await?;
            relay.start_again().await?;
            for page in [&sender, &receiver] {
                relay_back(page).await?;
                assert_eq!(page.state().await?, "live");
            }
        }
        receiver.wait_frames(30).await?;
        usual.still_holds(&receiver, PICTURE, "the relay is lost").await?;
        watch(&late, &relay, "lost").await?;
        watching(&sender, 2).await
    });
}

#[test]
fn lost_between_chromium_and_firefox() {
    lost(Setup::chromium(), Setup::firefox());
    lost(Setup::firefox(), Setup::chromium());
}
