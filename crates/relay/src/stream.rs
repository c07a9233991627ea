//! The transport: TCP, or in this crate's own tests a simulated network in which connections
//! break and hosts crash on demand.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Accepts connections.
pub(crate) enum Listener {
    Tcp(TcpListener),
    #[cfg(test)]
    Simulated(turmoil::net::TcpListener),
}

/// One connection.
pub(crate) enum Stream {
    Tcp(TcpStream),
    /// Boxed so that tests of the size of a connection measure the TCP variant.
    #[cfg(test)]
    Simulated(Box<turmoil::net::TcpStream>),
}

/// Calls a method of the stream, whichever variant it is.
macro_rules! with_stream {
    ($stream:expr, $name:ident => $do:expr) => {
        match $stream {
            Stream::Tcp($name) => $do,
            #[cfg(test)]
            Stream::Simulated($name) => $do,
        }
    };
}

impl Listener {
    pub(crate) async fn accept(&self) -> io::Result<Stream> {
        match self {
            Self::Tcp(listener) => listener.accept().await.map(|(stream, _)| Stream::Tcp(stream)),
            #[cfg(test)]
            Self::Simulated(listener) => {
                listener.accept().await.map(|(stream, _)| Stream::Simulated(stream.into()))
            }
        }
    }
}

impl Stream {
    /// Sends small messages without delay.
    pub(crate) fn set_nodelay(&self) -> io::Result<()> {
        with_stream!(self, stream => stream.set_nodelay(true))
    }

    /// Limits how many bytes the kernel buffers for a peer that doesn't read.
    pub(crate) fn limit_send_buffer(&self, bytes: usize) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => SockRef::from(stream).set_send_buffer_size(bytes),
            #[cfg(test)]
            Self::Simulated(_) => Ok(()),
        }
    }

    /// Makes the kernel discard unsent bytes and reset the connection when this is dropped.
    pub(crate) fn reset_on_drop(&self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_zero_linger(),
            #[cfg(test)]
            Self::Simulated(_) => Ok(()),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        with_stream!(self.get_mut(), stream => Pin::new(stream).poll_read(cx, buffer))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        with_stream!(self.get_mut(), stream => Pin::new(stream).poll_write(cx, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        with_stream!(self.get_mut(), stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        with_stream!(self.get_mut(), stream => Pin::new(stream).poll_shutdown(cx))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        with_stream!(self.get_mut(), stream => Pin::new(stream).poll_write_vectored(cx, parts))
    }

    fn is_write_vectored(&self) -> bool {
        with_stream!(self, stream => stream.is_write_vectored())
    }
}
