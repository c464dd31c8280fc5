//! A body as gzip, stored rather than compressed: clients cannot tell, and no library is needed.

/// The longest block that deflate can store.
const LONGEST: usize = 0xffff;

pub(crate) fn stored(body: &[u8]) -> Vec<u8> {
    // RFC 1952: magic, deflate, no flags, no time, no extra flags, unknown system.
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let mut blocks = body.chunks(LONGEST).peekable();
    if blocks.peek().is_none() {
        out.extend([1, 0, 0, 0xff, 0xff]);
    }
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    out.extend(crc32(body).to_le_bytes());
    out.extend((body.len() as u32).to_le_bytes());
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    let sum = bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 }
        })
    });
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_known_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn every_block_says_its_length_and_the_last_one_that_it_is_last() {
        assert_eq!(stored(b"").len(), 10 + 5 + 8);
        let long = stored(&vec![7; LONGEST + 1]);
        assert_eq!(long.len(), 10 + 5 + LONGEST + 5 + 1 + 8);
        assert_eq!(long[10..15], [0, 0xff, 0xff, 0, 0]);
        assert_eq!(long[15 + LONGEST..20 + LONGEST], [1, 1, 0, 0xfe, 0xff]);
    }
}
