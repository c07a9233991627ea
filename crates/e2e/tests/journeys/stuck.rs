//! Nobody is stuck: whatever is in the way, the page says what, and there is a way on.

use anyhow::Result;
use sightline_e2e::{Camera, Client, Page, Setup, journey, until};

use crate::call::{opened, share, watch};

/// Waits until these kinds of tracks, and no others, are on.
async fn captures(page: &Page, kinds: &[&str]) -> Result<()> {
    until(format_args!("{page:?} to capture {kinds:?}"), async || {
        let tracks = page.tracks().await?;
        let live = tracks.iter().filter(|track| track.ready_state == "live");
        let mut live: Vec<_> = live.map(|track| track.kind.as_str()).collect();
        live.sort_unstable();
        Ok(if live == kinds { Ok(()) } else { Err(format!("{tracks:?}")) })
    })
    .await
}

#[test]
fn one_device_is_blocked_and_the_other_is_used() {
    for setup in [Setup::chromium(), Setup::firefox()] {
        for (camera, named, kinds) in [
            (Camera::MicrophoneBlocked, "didn't allow the microphone.", ["video"]),
            (Camera::CameraBlocked, "didn't allow the camera.", ["audio"]),
        ] {
            journey(async |journey| {
                let relay = journey.relay().await?;
                let page = journey.page("page", setup.clone().camera(camera)).await?;
                page.open(&relay.url("/sender?room=blocked")).await?;
                page.wait_alert(named).await?;
                captures(&page, &kinds).await?;
                page.click("#go-live").await?;
                page.find("#stop").await?;
                page.click("#stop").await?;
                page.wait_state("ended").await?;
                page.open(&relay.url("/call?room=blocked")).await?;
                page.wait_alert(named).await?;
                captures(&page, &kinds).await?;
                page.click("#join").await?;
                page.find("#leave").await?;
                captures(&page, &kinds).await
            });
        }
    }
}

/// Whether the whole of an element is on the screen, and nothing lies over its middle.
async fn is_on_screen(page: &Page, selector: &str) -> Result<()> {
    page.find(selector).await?;
    let script = "const one = document.querySelector(arguments[0]); \
         const box = one.getBoundingClientRect(); \
         const { x, y, width, height, right, bottom } = box; \
         const seen = document.elementFromPoint(x + width / 2, y + height / 2); \
         const inside = x >= 0 && y >= 0 && right <= innerWidth && bottom <= innerHeight; \
         return inside && one.contains(seen) && height >= 44 ? '' : \
             `${x}, ${y} to ${right}, ${bottom} of ${innerWidth} x ${innerHeight}, ${seen?.outerHTML}`";
    until(format_args!("{page:?} to have {selector} on the screen"), async || {
        let problem = page.script(script, vec![selector.into()]).await?;
        Ok(match problem.as_str() {
            Some("") => Ok(()),
            other => Err(format!("{other:?}")),
        })
    })
    .await
}

/// A phone that is held sideways, a laptop at 200 %, a small phone.
#[test]
fn what_is_to_be_done_is_on_the_screen() {
    for (width, height) in [(844, 390), (640, 360), (320, 568), (390, 844)] {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let page = journey.page("page", Setup::chromium().viewport(width, height)).await?;
            page.open(&relay.url("/sender?room=small")).await?;
            page.find("#go-live:enabled").await?;
            is_on_screen(&page, "#go-live").await?;
            is_on_screen(&page, "#microphone").await?;
            page.click("#go-live").await?;
            is_on_screen(&page, "#stop").await?;
            page.click("#stop").await?;
            is_on_screen(&page, "#again").await?;
            page.open(&relay.url("/call?room=small")).await?;
            page.find("#camera").await?;
            is_on_screen(&page, "#join").await?;
            page.click("#join").await?;
            is_on_screen(&page, "#leave").await?;
            is_on_screen(&page, "#microphone").await
        });
    }
}

#[test]
fn the_same_sender_on_another_device_goes_on_by_itself() {
    for setup in [Setup::chromium(), Setup::firefox()] {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let (laptop, phone) = tokio::try_join!(
                journey.page("laptop", Setup::chromium()),
                journey.page("phone", setup)
            )?;
            share(&laptop, &relay, "moving").await?;
            phone.open(&relay.url("/sender?room=moving")).await?;
            phone.wait_alert("continues automatically when the room is free").await?;
            // A guest who was given the wrong link finds the right one.
            let link = "const one = document.querySelector('a[href=\"/receiver?room=moving\"]'); \
                 return one?.innerText ?? ''";
            assert_eq!(phone.script(link, vec![]).await?, "Watch this room");
            laptop.click("#stop").await?;
            phone.wait_state("idle").await?;
            phone.wait_no_alert().await?;
            phone.click("#go-live").await?;
            phone.find("#stop").await.map(drop)
        });
    }
}

#[test]
fn a_whole_link_is_taken_where_a_room_is_asked_for() {
    for setup in [Setup::chromium(), Setup::firefox()] {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let page = journey.page("page", setup).await?;
            for (typed, path) in [
                ("/receiver?room=abc.", "/receiver?room=abc"),
                ("/sender?room=Abc", "/receiver?room=abc"),
                ("/call?room=abc)", "/call?room=abc"),
            ] {
                page.open(&relay.url("/")).await?;
                page.fill("#room", &format!("({}", relay.url(typed))).await?;
                page.press(sightline_e2e::Key::Enter).await?;
                page.wait_path(path).await?;
            }
            // And in the address bar.
            page.open(&relay.url("/receiver?room=abc.")).await?;
            page.wait_state("waiting").await
        });
    }
}

#[test]
fn who_watches_a_call_is_shown_the_way_in() {
    for setup in [Setup::chromium(), Setup::firefox()] {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let page = journey.page("page", setup).await?;
            page.open(&relay.url("/receiver?room=meeting")).await?;
            page.wait_state("waiting").await?;
            let member = Client::join(&relay, "meeting", "member", 1).await?;
            page.wait_alert("there is a call").await?;
            page.click("a[href='/call?room=meeting']").await?;
            page.find("#join").await?;
            member.leave().await
        });
    }
}

/// Before a call is joined there is no connection that would tell.
#[test]
fn the_lobby_of_a_call_says_that_the_relay_is_away() {
    for setup in [Setup::chromium(), Setup::firefox()] {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let page = journey.page("page", setup).await?;
            page.expect_logged("ERR_CONNECTION_REFUSED");
            page.open(&relay.url("/call?room=lobby")).await?;
            page.find("#join").await?;
            relay.kill().await?;
            page.wait_alert("server can't be reached").await?;
            relay.start_again().await?;
            page.wait_no_alert().await?;
            page.click("#join").await?;
            page.find("#leave").await.map(drop)
        });
    }
}

/// Eight come and go one after the other, and close their tabs: the ninth finds an empty room.
#[test]
fn an_empty_room_is_not_full() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let page = journey.page("page", Setup::chromium()).await?;
        let sender = journey.page("sender", Setup::chromium()).await?;
        share(&sender, &relay, "empty").await?;
        for number in 1..=8 {
            // Its connection breaks: its seat is kept for it.
            drop(Client::join(&relay, "empty", "receiver", number).await?);
        }
        watch(&page, &relay, "empty").await?;
        opened(&sender, 1).await
    });
}
