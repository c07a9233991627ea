//! The first page: what this is, and the two ways on.

use leptos::prelude::*;

use crate::app::Link;
use crate::parts::{Frame, RoomForm};

/// What Sightline is in a sentence; share, or watch.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    view! {
        <Frame>
            <section class="hero">
                <h1>"Show somebody what you see, live"</h1>
                <p class="lead">
                    "Sightline puts your camera into another browser, directly: no account, and \
                     the picture never passes through a server."
                </p>
                <div class="ways">
                    <div class="card">
                        <h2>"Share a camera"</h2>
                        <p>"You get a link to give to whoever should see it. Nothing is sent \
                            before you say so."</p>
                        <Link path="/sender".to_owned() class="button primary">"Share a camera"</Link>
                    </div>
                    <div class="card">
                        <h2>"Watch"</h2>
                        <p>"Type the room's name that the sender gave you."</p>
                        <RoomForm/>
                    </div>
                </div>
            </section>
        </Frame>
    }
}
