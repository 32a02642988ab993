#!/usr/bin/env python3
"""Makes the sample customers' voice notes: speech-like humming, no recording of anybody.

A pulse train goes through vowel formants, syllable by syllable; libopus (the system's, through
ctypes) encodes it; the Ogg pages are written here. Same input, same libopus: same bytes.
Run in this folder: python3 make.py  -> short.ogg, medium.ogg, long.ogg, voices.json
"""
import ctypes, ctypes.util, json, math, random, struct

RATE, FRAME = 48000, 960
VOWELS = {"a": (730, 1190, 2440), "e": (460, 1890, 2650), "i": (270, 2290, 3010), "o": (500, 900, 2410), "u": (320, 800, 2240)}

def speak(seconds, pitch, seed):
    rng, out, phase = random.Random(seed), [], 0.0
    state = [[0.0, 0.0] for _ in range(3)]
    while len(out) < seconds * RATE:
        if rng.random() < 0.16:  # a breath
            out.extend([0.0] * int(rng.uniform(0.18, 0.45) * RATE))
            continue
        vowel, length = VOWELS[rng.choice("aaeeoiou")], int(rng.uniform(0.11, 0.26) * RATE)
        start, end = (pitch * rng.uniform(0.88, 1.16) for _ in range(2))
        for n in range(length):
            t = n / length
            phase += (start + (end - start) * t) / RATE
            phase -= int(phase)
            sample = (1 - phase) ** 3 - 0.25
            for k, (centre, width) in enumerate(zip(vowel, (80, 110, 160))):
                r = math.exp(-math.pi * width / RATE)
                a, b = 2 * r * math.cos(2 * math.pi * centre / RATE), -r * r
                y = sample * (1 - r) + a * state[k][0] + b * state[k][1]
                state[k][1], state[k][0] = state[k][0], y
                sample = sample * 0.4 + y
            out.append(sample * math.sin(math.pi * t) ** 0.7)
    out = out[: int(seconds * RATE)]
    peak = max(map(abs, out))
    return [int(s / peak * 22000) for s in out]

def encode(pcm, bitrate=20000):
    opus = ctypes.CDLL(ctypes.util.find_library("opus"))
    opus.opus_encoder_create.restype = ctypes.c_void_p
    error = ctypes.c_int()
    encoder = ctypes.c_void_p(opus.opus_encoder_create(RATE, 1, 2048, ctypes.byref(error)))
    assert error.value == 0
    opus.opus_encoder_ctl(encoder, 4002, ctypes.c_int(bitrate))  # OPUS_SET_BITRATE
    lookahead = ctypes.c_int()
    opus.opus_encoder_ctl(encoder, 4027, ctypes.byref(lookahead))  # OPUS_GET_LOOKAHEAD
    pcm = pcm + [0] * lookahead.value  # the encoder runs behind by so much
    pcm = pcm + [0] * (-len(pcm) % FRAME)
    packets, buffer = [], ctypes.create_string_buffer(4000)
    for at in range(0, len(pcm), FRAME):
        frame = (ctypes.c_int16 * FRAME)(*pcm[at : at + FRAME])
        size = opus.opus_encode(encoder, frame, FRAME, buffer, 4000)
        assert size > 0
        packets.append(buffer.raw[:size])
    return packets, lookahead.value

def crc(data):
    value = 0
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = ((value << 1) ^ 0x04C11DB7) & 0xFFFFFFFF if value & 0x80000000 else value << 1
    return value

def page(packets, granule, number, flags):
    lacing = b"".join(b"\xff" * (len(p) // 255) + bytes([len(p) % 255]) for p in packets)
    head = lambda c: b"OggS" + struct.pack("<BBqIIIB", 0, flags, granule, 0x656D6275, number, c, len(lacing)) + lacing
    body = b"".join(packets)
    return head(crc(head(0) + body)) + body

def write(name, seconds, pitch, seed):
    pcm = speak(seconds, pitch, seed)
    packets, skip = encode(pcm)
    pages = [
        page([b"OpusHead" + struct.pack("<BBHIhB", 1, 1, skip, RATE, 0, 0)], 0, 0, 2),
        page([b"OpusTags" + struct.pack("<I", 6) + b"Embudo" + struct.pack("<I", 0)], 0, 1, 0),
    ]
    done = 0
    for at in range(0, len(packets), 50):
        chunk = packets[at : at + 50]
        done += len(chunk) * FRAME
        last = at + 50 >= len(packets)
        pages.append(page(chunk, min(done, len(pcm) + skip) if last else done, len(pages), 4 if last else 0))
    with open(f"{name}.ogg", "wb") as file:
        file.write(b"".join(pages))
    bars = [max(map(abs, pcm[i * len(pcm) // 48 : (i + 1) * len(pcm) // 48])) for i in range(48)]
    return {"duration_ms": int(seconds * 1000), "waveform": [round(b / 22000 * 100) for b in bars]}

with open("voices.json", "w") as file:
    json.dump({"short": write("short", 3.4, 205, 11), "medium": write("medium", 6.2, 128, 23), "long": write("long", 11.5, 178, 5)}, file)
    file.write("\n")
