//! A ZIP archive, written entry after entry.

use std::io::{self, Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub struct Archive<W: Write + Seek> {
    zip: ZipWriter<W>,
}

impl<W: Write + Seek> Archive<W> {
    pub fn begin(to: W) -> Self {
        Self { zip: ZipWriter::new(to) }
    }

    /// The next entry. Pictures and sounds are packed already.
    pub fn begin_entry(&mut self, name: &str, packed: bool) -> io::Result<()> {
        let method = if packed { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let options = SimpleFileOptions::default().compression_method(method).large_file(true);
        self.zip.start_file(name, options).map_err(io::Error::other)
    }

    pub fn end(self) -> io::Result<()> {
        self.zip.finish().map_err(io::Error::other)?.flush()
    }
}

impl<W: Write + Seek> Write for Archive<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.zip.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}
