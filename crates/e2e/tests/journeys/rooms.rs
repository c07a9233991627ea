//! Names of rooms, and addresses.

use anyhow::Result;
use sightline_e2e::{Key, Page, Setup, journey};

const CHARACTERS: &str = "only letters a to z, digits, hyphens and underscores";

#[test]
fn a_name_that_can_not_be_is_explained() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let page = journey.page("page", Setup::chromium()).await?;
        let long = "a".repeat(65);
        for (room, sentence) in [("a%2Fb", CHARACTERS), (&long, "at most 64 characters")] {
            page.open(&relay.url(&format!("/receiver?room={room}"))).await?;
            page.wait_alert(sentence).await?;
            assert_eq!(page.state().await?, "failed");
            assert!(page.has("#room").await?, "no field for another name");
            page.open(&relay.url(&format!("/sender?room={room}"))).await?;
            page.wait_alert(sentence).await?;
            assert_eq!(page.state().await?, "failed");
        }
        page.click("main a").await?;
        page.wait_state("idle").await?;
        page.wait_no_alert().await
    });
}

#[test]
fn a_receiver_without_a_room_asks_for_it() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let page = journey.page("page", Setup::chromium()).await?;
        page.open(&relay.url("/receiver")).await?;
        page.wait_state("idle").await?;
        page.mark().await?;
        type_room(&page, "what/ever").await?;
        page.wait_text("#room-problem", CHARACTERS).await?;
        assert_eq!(page.focused().await?, "#room");
        type_room(&page, "  My Room 7 ").await?;
        page.wait_path("/receiver?room=my-room-7").await?;
        page.wait_state("waiting").await?;
        page.wait_text("main", "my-room-7").await?;
        assert!(page.is_marked().await?, "the page was loaded anew");

        // The same from the first page, with the Enter key.
        page.open(&relay.url("/")).await?;
        page.fill("#room", "Other Room").await?;
        page.press(Key::Enter).await?;
        page.wait_path("/receiver?room=other-room").await?;
        page.wait_state("waiting").await
    });
}

async fn type_room(page: &Page, name: &str) -> Result<()> {
    page.fill("#room", name).await?;
    page.click(".room-form button").await
}

#[test]
fn a_sender_without_a_room_gets_one_that_lasts() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let page = journey.page("page", Setup::chromium()).await?;
        page.open(&relay.url("/sender")).await?;
        page.wait_state("idle").await?;
        let path = page.path().await?;
        let room = path.strip_prefix("/sender?room=").expect("a room in the address");
        assert!(room.split('-').count() == 4 && room.len() == 23, "{room}");
        let link = page.script("return document.querySelector('#link').value", vec![]).await?;
        assert_eq!(link, relay.url(&format!("/receiver?room={room}")));
        page.reload().await?;
        page.wait_state("idle").await?;
        assert_eq!(page.path().await?, path);
        Ok(())
    });
}

#[test]
fn the_first_page_leads_on() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let page = journey.page("page", Setup::firefox()).await?;
        page.open(&relay.url("/")).await?;
        page.mark().await?;
        page.click("main a[href='/sender']").await?;
        page.wait_state("idle").await?;
        page.keep_tracks().await?;
        page.client().back().await?;
        page.wait_path("/").await?;
        assert!(page.is_marked().await?, "the page was loaded anew");
        let tracks = page.tracks().await?;
        assert!(tracks.iter().all(|track| track.ready_state == "ended"), "{tracks:?}");
        assert!(!page.has("#status").await?);
        Ok(())
    });
}

#[test]
fn an_unknown_address_is_explained() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let page = journey.page("page", Setup::chromium()).await?;
        page.open(&relay.url("/nothing/here")).await?;
        page.wait_text("h1", "Page not found").await?;
        page.click("main a").await?;
        page.wait_path("/").await?;
        page.wait_text("h1", "Share live video from your browser").await
    });
}
