//! A relay that is told to stop: everybody hears when to come back, and it is gone in
//! time whatever the network does.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn it_is_gone_within_ten_seconds_though_some_do_not_answer() {
    let shutdown = CancellationToken::new();
    let mut sim = simulation(2, &shutdown);
    sim.host("silent", || async {
        let (_sender, _) = Page::joined("sender", 9, 1).await;
        std::future::pending().await
    });
    let told = Diary::default();
    let diary = Rc::clone(&told);
    let stop = shutdown.clone();
    sim.client("pages", async move {
        let mut pages = Vec::new();
        for number in 1..=8 {
            let role = if number <= 4 { "receiver" } else { "member" };
            pages.push(Page::joined(role, number, 1).await.0);
        }
        sleep(SECOND).await;
        turmoil::partition("silent", "relay");
        stop.cancel();
        for page in &mut pages {
            let mut message = page.receive().await.unwrap();
            while message["type"] == "peerJoined" {
                message = page.receive().await.unwrap();
            }
            diary.borrow_mut().push((turmoil::elapsed(), message));
            assert!(page.receive().await.is_err(), "closed");
        }
        Ok(())
    });
    sim.run().unwrap();
    let stopped = told.borrow()[0].0;
    while sim.is_host_running("relay") {
        assert!(sim.elapsed() < stopped + 10 * SECOND, "it is still there");
        sim.step().unwrap();
    }
    let told = told.take();
    assert_eq!(told.len(), 8);
    for (at, message) in told {
        assert_eq!(message["code"], "restarting", "nobody left: {message}");
        assert!(message["retryAfterMs"].as_u64().unwrap() < 5_000);
        assert!(at < stopped + SECOND, "everybody at once: {at:?}");
    }
}
