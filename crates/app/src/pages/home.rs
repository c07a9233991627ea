//! The home page: what Sightline is, and how to start.

use leptos::prelude::*;

use super::receiver::WatchForm;
use crate::components::{Link, PageFrame, RoomForm};
use crate::route::call_path;

/// One sentence about Sightline, then the ways to share, watch and call.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    view! {
        <PageFrame>
            <section class="hero">
                <div>
                    <h1>"Share live video from your browser"</h1>
                    <p class="lead">
                        "Sightline sends your video directly to another browser. You need no \
                        account, and the video never passes through a server."
                    </p>
                </div>
                <div class="ways">
                    <Way
                        title="Share a camera"
                        description="You get a link to send to viewers. Nothing is sent until you \
                        go live."
                    >
                        <Link href="/sender" class="button primary">
                            "Share a camera"
                        </Link>
                    </Way>
                    <Way title="Watch" description="Enter the room name that the sender gave you.">
                        <WatchForm />
                    </Way>
                    <Way
                        title="Call"
                        description="For up to four people. Start a call, or enter the room name \
                        of one."
                    >
                        <Link href="/call" class="button primary">
                            "Start a call"
                        </Link>
                        <RoomForm
                            id="call"
                            problem_id="call-problem"
                            label="Join"
                            path=call_path
                        />
                    </Way>
                </div>
            </section>
        </PageFrame>
    }
}

/// One way to use Sightline.
#[component]
fn Way(
    /// The heading.
    title: &'static str,
    /// What it does.
    description: &'static str,
    /// The link or form that starts it.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="card">
            <h2>{title}</h2>
            <p>{description}</p>
            {children()}
        </div>
    }
}
