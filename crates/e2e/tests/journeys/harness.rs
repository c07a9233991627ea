//! What the journeys rely on: that a defect of a page doesn't go by, and that a wait
//! has an end.

use std::time::Duration;

use anyhow::Result;
use sightline_e2e::{Kind, Setup, run, until_within};

/// What a page does that has to make its journey fail.
fn noticed(setup: Setup, script: &str, sign: &str) {
    let outcome: Result<()> = run(async |journey| {
        let relay = journey.relay().await?;
        let page = journey.page("page", setup.clone()).await?;
        page.open(&relay.url("/")).await?;
        page.find("main").await?;
        page.script(script, vec![]).await?;
        // Later than what was thrown outside of the script.
        page.script("return new Promise(done => setTimeout(done, 100))", vec![]).await.map(drop)
    });
    let error = outcome.expect_err(&format!("{:?}: {sign} went by", setup.kind)).to_string();
    assert!(error.contains(sign), "{error}");
}

#[test]
fn defects_of_a_page_are_noticed() {
    for kind in [Kind::Chromium, Kind::Firefox] {
        let setup = Setup { kind, ..Setup::chromium() };
        let panic = "console.error('panicked at app.rs:1:1:\\nlost')";
        noticed(setup.clone(), panic, "panicked at");
        let thrown = "const one = document.createElement('a'); \
             one.onclick = () => { throw new Error('thrown') }; one.click()";
        noticed(setup.clone(), thrown, "thrown");
        let foreign = "const one = document.createElement('img'); \
             one.src = 'http://other.example/'; document.body.append(one)";
        // Firefox keeps these to itself.
        if kind == Kind::Chromium {
            noticed(setup, foreign, "Content Security Policy");
        }
    }
}

#[test]
fn a_wait_ends() {
    let outcome: Result<()> = run(async |_| {
        let wait = Duration::from_millis(200);
        until_within(wait, "pigs to fly", async || Ok(Err("pigs on the ground".to_owned()))).await
    });
    let error = outcome.expect_err("in vain").to_string();
    assert!(error.contains("pigs to fly") && error.contains("on the ground"), "{error}");
}

/// A text that comes, and is gone again before anybody can read it.
#[test]
fn what_flickers_is_noticed() {
    const FLICKER: &str = "const status = document.createElement('p'); \
         status.id = 'status'; \
         status.dataset.state = 'waiting'; \
         status.textContent = 'A moment'; \
         document.querySelector('main').append(status); \
         return new Promise(done => setTimeout(() => { status.textContent = ''; done() }, 150))";
    for kind in [Kind::Chromium, Kind::Firefox] {
        noticed(Setup { kind, ..Setup::chromium() }, FLICKER, "status: \"waiting: A moment\"");
    }
}

/// The story goes on over a reload.
#[test]
fn what_flickers_before_a_reload_is_noticed() {
    let outcome: Result<()> = run(async |journey| {
        let relay = journey.relay().await?;
        let page = journey.page("page", Setup::firefox()).await?;
        page.open(&relay.url("/")).await?;
        page.find("main").await?;
        let flicker = "document.title = 'A moment'; \
             return new Promise(done => setTimeout(() => { document.title = 'Over'; done() }, 150))";
        page.script(flicker, vec![]).await?;
        page.reload().await?;
        page.find("main").await.map(drop)
    });
    let error = outcome.expect_err("it went by").to_string();
    assert!(error.contains("title: \"A moment\""), "{error}");
}
