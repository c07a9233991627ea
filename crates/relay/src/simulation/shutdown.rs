//! Shutdown: all pages are told when to reconnect, and the relay exits in time whatever the
//! network does.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn the_relay_exits_within_ten_seconds_though_some_clients_do_not_reply() {
    let shutdown = CancellationToken::new();
    let mut sim = simulation(2, &shutdown);
    sim.host("silent", || async {
        let (_sender, _) = Page::joined("sender", 9, 1).await;
        std::future::pending().await
    });
    let events = EventLog::default();
    let log = Rc::clone(&events);
    let token = shutdown.clone();
    sim.client("pages", async move {
        let mut pages = Vec::new();
        for number in 1..=8 {
            let role = if number <= 4 { "receiver" } else { "member" };
            pages.push(Page::joined(role, number, 1).await.0);
        }
        sleep(SECOND).await;
        turmoil::partition("silent", "relay");
        token.cancel();
        for page in &mut pages {
            let mut message = page.receive().await.unwrap();
            while message["type"] == "peerJoined" {
                message = page.receive().await.unwrap();
            }
            log.borrow_mut().push((turmoil::elapsed(), message));
            assert!(page.receive().await.is_err(), "closed");
        }
        Ok(())
    });
    sim.run().unwrap();
    let stopped_at = events.borrow()[0].0;
    while sim.is_host_running("relay") {
        assert!(sim.elapsed() < stopped_at + 10 * SECOND, "it is still running");
        sim.step().unwrap();
    }
    let events = events.take();
    assert_eq!(events.len(), 8);
    for (at, message) in events {
        assert_eq!(message["code"], "restarting", "not `peerLeft`: {message}");
        assert!(message["retryAfterMs"].as_u64().unwrap() < 5_000);
        assert!(at < stopped_at + SECOND, "all at once: {at:?}");
    }
}
