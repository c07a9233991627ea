//! By keyboard alone, and what buttons do beside the call itself.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use sightline_e2e::{Key, PATIENCE, Page, Setup, journey};

/// Presses Tab until something has the focus, and checks that it can be seen.
async fn tab_to(page: &Page, selector: &str) -> Result<()> {
    let mut passed = Vec::new();
    for _ in 0..20 {
        page.press(Key::Tab).await?;
        let focused = page.focused().await?;
        let ring = "const style = getComputedStyle(document.activeElement); \
             return style.outlineStyle !== 'none' || style.boxShadow !== 'none'";
        let seen = page.script(ring, vec![]).await? == json!(true);
        anyhow::ensure!(seen || focused == "body", "the focus on {focused} can't be seen");
        if focused == selector {
            return Ok(());
        }
        passed.push(focused);
    }
    anyhow::bail!("{selector} can't be reached by Tab: {passed:?}")
}

#[test]
fn by_keyboard_alone() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let sender = journey.page("sender", Setup::chromium()).await?;
        let receiver = journey.page("receiver", Setup::chromium()).await?;
        receiver.open(&relay.url("/")).await?;
        tab_to(&receiver, "#room").await?;
        receiver.client().active_element().await?.send_keys("Keys").await?;
        receiver.press(Key::Enter).await?;
        receiver.wait_path("/receiver?room=keys").await?;

        sender.open(&relay.url("/sender?room=keys")).await?;
        sender.wait_state("idle").await?;
        let ready = "return document.querySelector('#go-live')?.disabled === false";
        sender.wait_script(Duration::from_secs(20), "a camera", ready).await?;
        tab_to(&sender, "#go-live").await?;
        sender.press(Key::Enter).await?;
        receiver.wait_state("live").await?;
        sender.wait_state("live").await?;
        // What was pressed is gone; the focus is not.
        let there = "return document.activeElement?.id === 'status'";
        sender.wait_script(PATIENCE, "the focus to be on how things stand", there).await?;
        tab_to(&sender, "#stop").await?;
        sender.press(' ').await?;
        sender.wait_state("ended").await?;
        sender.wait_script(PATIENCE, "the focus to be on how things stand", there).await?;
        receiver.wait_state("waiting").await
    });
}

#[test]
fn copying_the_link() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let page = journey.page("page", Setup::chromium()).await?;
        page.open(&relay.url("/sender?room=copy")).await?;
        page.click("#copy").await?;
        page.wait_text(".share", "Copied.").await?;
        // Into the one field that takes a text, as a person would.
        page.open(&relay.url("/")).await?;
        page.find("#room").await?.send_keys(&format!("{}v", char::from(Key::Control))).await?;
        let value = page.script("return document.querySelector('#room').value", vec![]).await?;
        assert_eq!(value, relay.url("/receiver?room=copy"));
        Ok(())
    });
}

/// Nothing sticks out to the side, down to 320 pixels (WCAG 2.2, 1.4.10).
#[test]
fn pages_fit_a_phone() {
    for width in [320, 390] {
        journey(async |journey| {
            let relay = journey.relay().await?;
            let page = journey.page("phone", Setup::chromium().viewport(width, 640)).await?;
            let long = "a".repeat(64);
            let mut too_wide = Vec::new();
            for path in [
                "/",
                &format!("/sender?room={long}"),
                &format!("/receiver?room={long}"),
                "/receiver",
                "/sender?room=a%2Fb",
                "/nothing",
            ] {
                page.open(&relay.url(path)).await?;
                page.find("h1, #status").await?;
                // With the style sheet, and not before.
                let wide = "return document.fonts.ready \
                    .then(() => document.documentElement.scrollWidth)";
                let wide = page.script(wide, vec![]).await?.as_u64();
                if wide != Some(width.into()) {
                    too_wide.push(format!("{path}: {wide:?}"));
                }
            }
            anyhow::ensure!(too_wide.is_empty(), "wider than {width}: {too_wide:#?}");
            Ok(())
        });
    }
}
