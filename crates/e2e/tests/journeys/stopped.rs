//! What a page shows when its app can't say anything: it never came, or has panicked.

use sightline_e2e::{Setup, journey};

const STOPPED: &str = "did not load, or has stopped working";

#[test]
fn the_app_does_not_arrive() {
    journey(async |journey| {
        let relay = journey.relay().await?;
        let page = journey.page("page", Setup::chromium()).await?;
        page.expect_logged("Failed to fetch");
        for file in ["*_bg.wasm", "*.js"] {
            page.block(&[file]).await?;
            page.open(&relay.url("/receiver?room=lost")).await?;
            page.wait_alert(STOPPED).await?;
            page.block(&[]).await?;
            page.click("#stopped button").await?;
            page.wait_state("waiting").await?;
            page.wait_no_alert().await?;
        }
        Ok(())
    });
}

#[test]
fn the_app_has_panicked() {
    // Somebody else's error, an extension's say.
    const OTHER: &str = "setTimeout(() => { throw new Error('on purpose') }); \
         return new Promise(done => setTimeout(done))";
    // A module whose one function is `unreachable`, which is what a panic ends with.
    const PANIC: &str = "const page = window.wrappedJSObject ?? window; \
         const bytes = new page.Uint8Array([ \
             0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, \
             7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11 ]); \
         const module = new page.WebAssembly.Module(bytes); \
         page.setTimeout(new page.WebAssembly.Instance(module).exports.f)";
    // A module whose one function calls a function of the browser, which throws.
    const THROWS: &str = "const page = window.wrappedJSObject ?? window; \
         const bytes = new page.Uint8Array([ \
             0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 109, 1, 102, 0, 0, \
             3, 2, 1, 0, 7, 5, 1, 1, 103, 0, 1, 10, 6, 1, 4, 0, 16, 0, 11 ]); \
         const module = new page.WebAssembly.Module(bytes); \
         const imports = page.JSON.parse('{\"m\": {}}'); \
         imports.m.f = page.structuredClone; \
         page.setTimeout(new page.WebAssembly.Instance(module, imports).exports.g)";
    journey(async |journey| {
        let relay = journey.relay().await?;
        for setup in [Setup::chromium(), Setup::firefox()] {
            let page = journey.page("page", setup).await?;
            page.expect_logged("on purpose");
            page.expect_logged("unreachable");
            page.expect_logged("structuredClone");
            page.open(&relay.url("/receiver?room=panic")).await?;
            page.wait_state("waiting").await?;
            page.script(OTHER, vec![]).await?;
            page.wait_no_alert().await?;
            for end in [PANIC, THROWS] {
                page.script(end, vec![]).await?;
                page.wait_alert(STOPPED).await?;
                page.click("#stopped button").await?;
                page.wait_state("waiting").await?;
                page.wait_no_alert().await?;
            }
        }
        Ok(())
    });
}
