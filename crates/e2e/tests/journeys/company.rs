//! Several who watch: they don't disturb each other, and are counted.

use sightline_e2e::{Client, Setup, journey};

use crate::call::{call, opened, share, watch, watching};

#[test]
fn a_second_receiver_does_not_disturb_the_first() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        // Before the call: a browser that starts takes the machine for itself.
        let second = journey.page("second", Setup::chromium()).await?;
        let (sender, first) = call(journey, &relay, "company").await?;
        watching(&sender, 1).await?;
        first.wait_frames(30).await?;

        first.reset_gap().await?;
        let before = first.remote().await?;
        watch(&second, &relay, "company").await?;
        second.wait_frames(30).await?;
        let after = first.remote().await?;
        // A browser that loads a page takes much of the machine for a moment.
        assert!(after.gap < 3000.0 && after.stops == 0, "the first stood still: {after:?}");
        assert!(after.current_time > before.current_time + 0.5, "{before:?}, {after:?}");
        assert!(after.shown > before.shown + 15, "{before:?}, {after:?}");
        assert_eq!(first.state().await?, "live");
        second.wait_moving_picture("#remote-video").await?;
        watching(&sender, 2).await?;
        opened(&sender, 2).await?;

        // Leaving is noticed too, whether it is said or the page is just gone.
        second.click("#leave").await?;
        second.wait_state("ended").await?;
        watching(&sender, 1).await?;
        opened(&sender, 1).await?;
        first.wait_frames(10).await?;
        first.open("about:blank").await?;
        watching(&sender, 0).await?;
        opened(&sender, 0).await?;
        assert_eq!(sender.state().await?, "waiting");

        // And who has left may come back.
        second.click("#retry").await?;
        second.wait_state("live").await?;
        second.wait_frames(10).await
    });
}

#[test]
fn a_ninth_receiver_is_refused() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let mut clients = Vec::new();
        for number in 1..=8 {
            clients.push(Client::join(&relay, "full", "receiver", number).await?);
        }
        let ninth = journey.page("ninth", Setup::chromium()).await?;
        ninth.open(&relay.url("/receiver?room=full")).await?;
        ninth.wait_alert("This room is full").await?;
        ninth.wait_state("failed").await?;

        clients.pop().expect("there are eight").leave().await?;
        // By itself.
        ninth.wait_state("waiting").await?;
        ninth.wait_no_alert().await
    });
}

#[test]
fn a_second_sender_is_refused() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let (sender, receiver) = call(journey, &relay, "taken").await?;
        let other = journey.page("other", Setup::chromium()).await?;
        other.open(&relay.url("/sender?room=taken")).await?;
        other
            .wait_alert("Somebody else is sharing in this room, or was until a minute ago")
            .await?;
        other.wait_state("failed").await?;
        receiver.wait_frames(10).await?;
        assert_eq!(sender.state().await?, "live");

        other.click("[role=alert] a[href='/sender']").await?;
        other.wait_state("idle").await?;
        other.wait_no_alert().await?;
        let path = other.path().await?;
        assert!(path.starts_with("/sender?room=") && !path.contains("taken"), "{path}");
        other.click("#go-live").await?;
        let room = path.trim_start_matches("/sender?room=");
        receiver.open(&relay.url(&format!("/receiver?room={room}"))).await?;
        receiver.wait_state("live").await?;
        receiver.wait_frames(5).await
    });
}

/// A tab that is doubled has the first one's secret, and so its seat.
#[test]
fn another_tab_of_the_same_sender_takes_over() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let sender = journey.page("sender", Setup::chromium().watched()).await?;
        share(&sender, &relay, "doubled").await?;
        sender.wait_state("waiting").await?;
        let first = sender.client().window().await?;
        sender.script("open(location.href)", vec![]).await?;
        let windows = sender.client().windows().await?;
        let second = windows.into_iter().find(|window| *window != first).expect("a second tab");
        // It asks first; those who watch notice nothing.
        sender.client().switch_to_window(second.clone()).await?;
        sender.wait_alert("You are sharing in this room in another tab").await?;
        sender.client().switch_to_window(first.clone()).await?;
        assert_eq!(sender.state().await?, "waiting");
        sender.client().switch_to_window(second).await?;
        sender.click("#take-over").await?;
        sender.wait_no_alert().await?;
        sender.find("#go-live:enabled").await?;

        sender.client().switch_to_window(first).await?;
        sender.wait_state("ended").await?;
        sender.wait_alert("opened in another tab or window").await?;
        let tracks = sender.tracks().await?;
        assert!(tracks.iter().all(|track| track.ready_state == "ended"), "{tracks:?}");
        sender.wait_text("#retry", "Take over here").await?;
        sender.click("#retry").await?;
        sender.wait_no_alert().await?;
        // A preview first: to be seen takes a click.
        sender.wait_state("idle").await
    });
}
