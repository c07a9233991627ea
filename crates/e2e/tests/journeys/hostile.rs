//! A relay or a peer that means harm: the page stays a page, and works afterwards.
//! That nothing panicked is checked at the end of every journey.

use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::Value;
use sightline_e2e::{Client, Front, Page, Relaying, Setup, journey, until};

use crate::call::{call, opened, share};
use crate::malformed;

/// The page still reacts, says how it stands, and shows nobody else's markup.
async fn is_well(page: &Page) -> Result<()> {
    let states = ["idle", "waiting", "connecting", "live", "reconnecting", "failed", "ended"];
    let state = page.state().await?;
    assert!(states.contains(&state.as_str()), "{page:?} is {state:?}");
    assert!(!page.has("#status img, [role=alert] img").await?);
    // Timers run, so that no loop holds the page.
    page.script("return new Promise(done => setTimeout(done, 0))", vec![]).await.map(drop)
}

fn hostile_relay(setup: Setup) {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let sender = journey.page("sender", setup.clone()).await?;
        let receiver = journey.page("receiver", setup).await?;

        let to_receivers =
            Front::of(&relay, Relaying::Instead(Arc::from(malformed::relay("sender")))).await?;
        receiver.open(&to_receivers.url("/receiver?room=hostile")).await?;
        let to_senders =
            Front::of(&relay, Relaying::Instead(Arc::from(malformed::relay("receiver")))).await?;
        sender.open(&to_senders.url("/sender?room=hostile&autostart=1")).await?;
        for page in [&receiver, &sender] {
            // The last of it, so that all before has been read.
            page.wait_alert("The server is full").await?;
            is_well(page).await?;
        }

        to_senders.relaying(Relaying::Through);
        to_receivers.relaying(Relaying::Through);
        for page in [&sender, &receiver] {
            page.wait_state("live").await?;
            page.wait_no_alert().await?;
        }
        receiver.wait_frames(10).await?;
        if receiver.setup().watched {
            // What the made-up peers had is given up.
            for page in [&sender, &receiver] {
                let connections = page.connections().await?;
                let open = connections.iter().filter(|state| *state != "closed").count();
                assert_eq!(open, 1, "{page:?} has {connections:?}");
            }
        }
        Ok(())
    });
}

#[test]
fn a_hostile_relay_in_chromium() {
    hostile_relay(Setup::chromium().watched());
}

#[test]
fn a_hostile_relay_in_firefox() {
    hostile_relay(Setup::firefox());
}

/// The attempt that a page has begun.
async fn connection(client: &mut Client) -> Result<u32> {
    loop {
        let message = client.receive_type("signal").await?;
        // What a page says of its media is of no attempt.
        if let Some(number) = message.pointer("/payload/signal/attempt").and_then(Value::as_u64) {
            return number.try_into().context("no connection's number");
        }
    }
}

#[test]
fn a_hostile_receiver() {
    journey(async |journey| {
        let relay = journey.relay_with(&["--max-errors=100000"]).await?;
        let (sender, receiver) = call(journey, &relay, "mob").await?;
        let mut client = Client::join(&relay, "mob", "receiver", 1).await?;
        let page = client.first_peer().await?;
        let attempt = connection(&mut client).await?;
        for payload in malformed::payloads(attempt, 1, &page["instance"]) {
            client.signal(&page["peer"], payload).await?;
        }
        is_well(&sender).await?;
        opened(&sender, 2).await?;
        receiver.wait_frames(10).await?;
        client.leave().await?;
        opened(&sender, 1).await?;
        sender.wait_state("live").await?;
        receiver.wait_frames(10).await?;
        assert_eq!(receiver.state().await?, "live");

        // Others are let in as before.
        receiver.reload().await?;
        receiver.wait_state("live").await?;
        receiver.wait_frames(10).await
    });
}

#[test]
fn a_hostile_sender() {
    for setup in [Setup::chromium(), Setup::firefox()] {
        journey(async |journey| {
            let relay = journey.relay_with(&["--max-errors=100000"]).await?;
            let receiver = journey.page("receiver", setup).await?;
            let sender = journey.page("sender", Setup::chromium()).await?;
            receiver.open(&relay.url("/receiver?room=trap")).await?;
            receiver.wait_state("waiting").await?;
            let mut client = Client::join(&relay, "trap", "sender", 1).await?;
            let page = client.first_peer().await?;
            for payload in malformed::payloads(7, 1, &page["instance"]) {
                client.signal(&page["peer"], payload).await?;
            }
            is_well(&receiver).await?;
            client.leave().await?;
            receiver.wait_state("waiting").await?;

            share(&sender, &relay, "trap").await?;
            receiver.wait_state("live").await?;
            receiver.wait_frames(10).await?;
            receiver.wait_no_alert().await
        });
    }
}

/// A page that can't reach its relay says so, and comes back by itself or at a click.
#[test]
fn a_relay_that_can_not_be_reached() {
    journey(async |journey| {
        const AWAY: &str = "server can't be reached";
        let relay = journey.relay().await?;
        let front = Front::of(&relay, Relaying::Refused).await?;
        let sender = journey.page("sender", Setup::chromium()).await?;
        let receiver = journey.page("receiver", Setup::chromium()).await?;
        sender.open(&front.url("/sender?room=away")).await?;
        receiver.open(&front.url("/receiver?room=away")).await?;
        for page in [&sender, &receiver] {
            page.wait_alert(AWAY).await?;
            page.wait_state("failed").await?;
            page.wait_text("#retry", "Try now").await?;
        }
        // The camera is there all the same.
        sender.wait_moving_picture("#local-video").await?;
        // A click in vain is a try like any other.
        let before = front.sockets();
        receiver.click("#retry").await?;
        until("another try", async || {
            Ok(if front.sockets() > before { Ok(()) } else { Err(before.to_string()) })
        })
        .await?;
        receiver.wait_alert(AWAY).await?;

        front.relaying(Relaying::Through);
        receiver.wait_no_alert().await?;
        sender.wait_no_alert().await?;
        sender.wait_state("idle").await?;
        sender.click("#go-live").await?;
        receiver.wait_state("live").await?;
        receiver.wait_frames(10).await
    });
}
