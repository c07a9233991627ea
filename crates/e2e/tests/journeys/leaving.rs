//! The sender leaves in every way there is, and returns.

use sightline_e2e::{Camera, Setup, journey, until};

use crate::call::{call, call_between, opened, share, two, watch, watching};

const GONE: &str = "The sender has left. This page reconnects when they return.";

#[test]
fn stopping_and_sharing_again() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let (sender, receiver) =
            two(journey, Setup::chromium().watched(), Setup::chromium()).await?;
        share(&sender, &relay, "stopped").await?;
        watch(&receiver, &relay, "stopped").await?;
        assert!(sender.tracks().await?.iter().any(|track| track.ready_state == "live"));
        sender.click("#stop").await?;
        sender.wait_state("ended").await?;
        receiver.wait_state("waiting").await?;
        receiver.wait_alert(GONE).await?;
        let tracks = sender.tracks().await?;
        assert!(tracks.iter().all(|track| track.ready_state == "ended"), "{tracks:?}");

        // Sharing again is a preview first.
        sender.click("#again").await?;
        sender.wait_state("idle").await?;
        receiver.wait_connected().await?;
        sender.click("#go-live").await?;
        receiver.wait_state("live").await?;
        receiver.wait_no_alert().await?;
        receiver.wait_frames(10).await
    });
}

#[test]
fn navigating_away_and_back() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let (sender, receiver) = call(journey, &relay, "away").await?;
        sender.open("about:blank").await?;
        receiver.wait_state("waiting").await?;
        receiver.wait_alert(GONE).await?;
        share(&sender, &relay, "away").await?;
        receiver.wait_state("live").await?;
        receiver.wait_no_alert().await?;
        receiver.wait_frames(10).await?;

        // By the browser's own buttons, which may bring the page back as it was.
        sender.open(&relay.url("/")).await?;
        receiver.wait_state("waiting").await?;
        sender.client().back().await?;
        sender.click("#go-live").await?;
        receiver.wait_state("live").await?;
        receiver.wait_frames(10).await
    });
}

#[test]
fn closing_the_tab() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let (sender, receiver) = call(journey, &relay, "closed").await?;
        let tab = sender.client().window().await?;
        let other = sender.client().new_window(true).await?.handle;
        sender.client().switch_to_window(tab).await?;
        sender.client().close_window().await?;
        sender.client().switch_to_window(other).await?;
        receiver.wait_state("waiting").await?;
        receiver.wait_alert(GONE).await?;
        share(&sender, &relay, "closed").await?;
        receiver.wait_state("live").await?;
        receiver.wait_frames(10).await
    });
}

/// Without a word to anybody: the relay sees the connection break, the receiver sees
/// the frames end. Whoever opens the room next is somebody else: the seat is kept for a
/// while for who had it, and then it is free.
#[test]
fn a_browser_that_crashes() {
    journey(async |journey| {
        let relay = journey.relay_with(&["--keep-seat=8s"]).await?;
        let next = journey.page("next", Setup::chromium()).await?;
        let (sender, receiver) = call(journey, &relay, "crashed").await?;
        sender.crash().await?;
        // While the seat is kept.
        next.open(&relay.url("/sender?room=crashed")).await?;
        next.wait_alert("Somebody else").await?;
        until("the receiver to notice", async || {
            let state = receiver.state().await?;
            let noticed = matches!(state.as_str(), "waiting" | "reconnecting");
            Ok(if noticed { Ok(()) } else { Err(state) })
        })
        .await?;
        until("the seat to be free", async || {
            // Either may go while it is looked for: it is refused, or let in.
            let try_again = "const [one] = document.querySelectorAll('#retry, #go-live'); \
                 if (one?.disabled === false) one.click()";
            next.script(try_again, vec![]).await?;
            let state = next.state().await?;
            Ok(if state == "live" { Ok(()) } else { Err(state) })
        })
        .await?;
        receiver.wait_state("live").await?;
        receiver.wait_no_alert().await?;
        receiver.wait_frames(10).await?;
        watching(&next, 1).await?;
        opened(&next, 1).await
    });
}

/// By a link of the app nothing is loaded anew: all has to be given up by the page.
#[test]
fn leaving_by_a_link_stops_the_camera() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let watched = Setup::chromium().watched();
        let (sender, receiver) = two(journey, watched.clone(), watched).await?;
        share(&sender, &relay, "link").await?;
        watch(&receiver, &relay, "link").await?;
        sender.mark().await?;
        let tracks = sender.tracks().await?;
        assert!(tracks.len() >= 2 && tracks.iter().all(|track| track.ready_state == "live"));
        sender.click("header a").await?;
        sender.click("#leave-anyway").await?;
        sender.wait_path("/").await?;
        assert!(sender.is_marked().await?, "the page was loaded anew");
        until("camera and connections to be given up", async || {
            let tracks = sender.tracks().await?;
            let connections = sender.connections().await?;
            let off = tracks.len() >= 2 && tracks.iter().all(|one| one.ready_state == "ended");
            let closed = connections.iter().all(|state| state == "closed");
            Ok(if off && closed { Ok(()) } else { Err(format!("{tracks:?} {connections:?}")) })
        })
        .await?;
        receiver.wait_state("waiting").await?;
        receiver.wait_alert(GONE).await?;

        // Forth again in the same document.
        sender.client().back().await?;
        sender.click("#go-live").await?;
        assert!(sender.is_marked().await?, "the page was loaded anew");
        receiver.wait_state("live").await?;
        receiver.wait_frames(10).await?;

        // The receiver keeps no connection that it doesn't use.
        let connections = receiver.connections().await?;
        let open = connections.iter().filter(|state| *state != "closed").count();
        assert_eq!(open, 1, "{connections:?}");
        Ok(())
    });
}

/// A page that the browser keeps for the way back (back/forward cache) is left all
/// the same, and takes part again when the person returns.
#[test]
fn a_page_that_the_browser_keeps() {
    for setup in [Setup::chromium(), Setup::firefox()] {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let receiver = journey.page("receiver", setup).await?;
            let sender = journey.page("sender", Setup::chromium().camera(Camera::Denied)).await?;
            sender.open(&relay.url("/sender?room=kept")).await?;
            sender.wait_state("failed").await?;
            receiver.open(&relay.url("/receiver?room=kept")).await?;
            opened(&sender, 1).await?;
            receiver.open("about:blank").await?;
            opened(&sender, 0).await?;
            receiver.client().back().await?;
            receiver.wait_state("waiting").await?;
            opened(&sender, 1).await?;

            // A sender's seat is kept from others meanwhile, and theirs when they return.
            let other = journey.page("other", Setup::chromium()).await?;
            sender.open("about:blank").await?;
            receiver.wait_text("#status", "Waiting for the sender").await?;
            other.open(&relay.url("/sender?room=kept&autostart=1")).await?;
            other.wait_alert("Somebody else").await?;
            sender.client().back().await?;
            opened(&sender, 1).await
        });
    }
}

/// Firefox stops a page's script where it is when the page is left, so that what the page
/// does at the end may never happen, and what it was may be kept in the midst of things.
#[test]
fn cut_off_by_the_browser() {
    /// Keeps the app at work: it hears of the network again and again, and takes long.
    const BUSY: &str = "const count = name => sessionStorage[name] = +(sessionStorage[name] ?? 0) + 1; \
         performance.now = () => { \
             count('begun'); \
             const end = Date.now() + 150; \
             while (Date.now() < end); \
             count('ended'); \
             return end - performance.timeOrigin \
         }; \
         setInterval(() => { \
             count('begun'); \
             dispatchEvent(new Event('online')); \
             count('ended') \
         })";
    journey(async |journey| {
        let relay = journey.relay().await?;
        let (sender, receiver) =
            two(journey, Setup::firefox().interrupting(), Setup::chromium()).await?;
        sender.expect_logged("closure invoked recursively");
        call_between(&sender, &receiver, &relay, "cut").await?;
        sender.script(BUSY, vec![]).await?;
        sender.open("about:blank").await?;
        receiver.wait_state("waiting").await?;
        sender.client().back().await?;
        sender.click("#go-live").await?;
        let counts = "return +(sessionStorage.begun ?? 0) > +(sessionStorage.ended ?? 0)";
        assert_eq!(sender.script(counts, vec![]).await?, true, "it was not cut off");
        receiver.wait_state("live").await?;
        receiver.wait_frames(10).await
    });
}
