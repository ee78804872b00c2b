// GIF files, read back by giflib's decoder and, where there is one, by Pillow.
#include "teasel/core/gif.hpp"

#include <gif_lib.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>

#include "teasel/core/file.hpp"
#include "teasel/core/value.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel {
namespace {

struct Decoded {
  std::vector<Picture> frames;  // RGB, as a viewer shows them: each laid over what was there
  std::vector<int> delays;
  size_t stored = 0;  // pixels in the file
  int loops = -1;
  int colours = 0;
};

Decoded decode(std::string bytes) {
  std::string_view rest = bytes;
  GifFileType* gif = DGifOpen(
      &rest,
      [](GifFileType* file, GifByteType* to, int count) {
        auto& left = *static_cast<std::string_view*>(file->UserData);
        const size_t n = std::min(left.size(), static_cast<size_t>(count));
        std::memcpy(to, left.data(), n);
        left.remove_prefix(n);
        return static_cast<int>(n);
      },
      nullptr);
  Decoded out;
  if (!gif || DGifSlurp(gif) != GIF_OK) {
    ADD_FAILURE() << "giflib cannot read it";
    return out;
  }
  out.colours = gif->SColorMap->ColorCount;
  for (int i = 0; i < gif->ImageCount; ++i) {
    const SavedImage& image = gif->SavedImages[i];
    const GifImageDesc& part = image.ImageDesc;
    Picture frame = i > 0 ? out.frames.back() : Picture(gif->SWidth, gif->SHeight, 3);
    for (int p = 0; p < part.Width * part.Height; ++p) {
      const GifColorType colour = gif->SColorMap->Colors[image.RasterBits[p]];
      uint8_t* pixel = frame.at(part.Left + p % part.Width, part.Top + p / part.Width);
      pixel[0] = colour.Red, pixel[1] = colour.Green, pixel[2] = colour.Blue;
    }
    out.stored += static_cast<size_t>(part.Width * part.Height);
    out.frames.push_back(std::move(frame));
    GraphicsControlBlock control;
    out.delays.push_back(DGifSavedExtensionToGCB(gif, i, &control) == GIF_OK ? control.DelayTime : -1);
    for (int e = 0; e < image.ExtensionBlockCount; ++e) {
      const ExtensionBlock& block = image.ExtensionBlocks[e];
      if (block.Function == CONTINUE_EXT_FUNC_CODE && block.ByteCount == 3 && block.Bytes[0] == 1)
        out.loops = block.Bytes[1] | block.Bytes[2] << 8;
    }
  }
  DGifCloseFile(gif, nullptr);
  return out;
}

std::vector<uint8_t> as_rgb(const Picture& picture) {
  if (picture.channels == 3) return picture.pixels;
  std::vector<uint8_t> out;
  for (uint8_t v : picture.pixels) out.insert(out.end(), 3, v);
  return out;
}

// All 256 greys, moving on by one in every frame.
std::vector<Picture> grey_frames() {
  std::vector<Picture> frames;
  for (int f = 0; f < 5; ++f) {
    Picture picture(32, 8, 1);
    for (int i = 0; i < 256; ++i) picture.pixels[static_cast<size_t>(i)] = static_cast<uint8_t>(i + f);
    frames.push_back(picture);
  }
  return frames;
}

// More colours than a palette holds, in smooth ramps.
std::vector<Picture> colour_frames() {
  std::vector<Picture> frames;
  for (int f = 0; f < 3; ++f) {
    Picture picture(40, 30, 3);
    for (int y = 0; y < 30; ++y)
      for (int x = 0; x < 40; ++x) {
        uint8_t* pixel = picture.at(x, y);
        pixel[0] = static_cast<uint8_t>(6 * x), pixel[1] = static_cast<uint8_t>(8 * y);
        pixel[2] = static_cast<uint8_t>(80 * f);
      }
    frames.push_back(picture);
  }
  return frames;
}

TEST(Gif, GreyFramesComeBackExactly) {
  const auto frames = grey_frames();
  const Decoded decoded = decode(encode_gif(frames, {.delay = 7, .loops = 300}));
  ASSERT_EQ(decoded.frames.size(), frames.size());
  for (size_t f = 0; f < frames.size(); ++f) EXPECT_EQ(decoded.frames[f].pixels, as_rgb(frames[f])) << f;
  EXPECT_EQ(decoded.delays, std::vector<int>(5, 7));
  EXPECT_EQ(decoded.loops, 300);
  EXPECT_EQ(decoded.colours, 256);
}

TEST(Gif, FewColoursAreKeptWhateverTheyAre) {
  Picture first(3, 1, 3), second(3, 1, 1);
  first.pixels = {1, 2, 3, 200, 0, 7, 255, 255, 254};
  second.pixels = {9, 9, 1};
  const Decoded decoded = decode(encode_gif({first, second}));
  ASSERT_EQ(decoded.frames.size(), 2u);
  EXPECT_EQ(decoded.frames[0].pixels, first.pixels);
  EXPECT_EQ(decoded.frames[1].pixels, as_rgb(second));
  EXPECT_EQ(decoded.loops, 0);
  EXPECT_EQ(decoded.colours, 8) << "five, in the next power of two";
  EXPECT_EQ(decode(encode_gif({first}, {.loops = -1})).loops, -1);
  EXPECT_EQ(decode(encode_gif({Picture(1, 1, 1)})).frames[0].pixels, std::vector<uint8_t>(3, 0));
}

// The mean error of a channel stays under half of what one grey level per 32 would leave.
TEST(Gif, ManyColoursStayNear) {
  const auto frames = colour_frames();
  const Decoded decoded = decode(encode_gif(frames));
  ASSERT_EQ(decoded.frames.size(), frames.size());
  for (size_t f = 0; f < frames.size(); ++f) {
    double sum = 0;
    for (size_t p = 0; p < frames[f].pixels.size(); ++p)
      sum += std::abs(int{frames[f].pixels[p]} - int{decoded.frames[f].pixels[p]});
    EXPECT_LT(sum / static_cast<double>(frames[f].pixels.size()), 12) << f;
  }
  EXPECT_EQ(encode_gif(frames), encode_gif(frames));
}

TEST(Gif, StillPartsAreStoredOnce) {
  Picture still(20, 10, 1, 9), moved = still;
  *moved.at(4, 3) = 1, *moved.at(6, 7) = 2;
  const std::vector<Picture> frames{still, moved, moved, still};
  const Decoded decoded = decode(encode_gif(frames));
  ASSERT_EQ(decoded.frames.size(), 4u);
  for (size_t f = 0; f < 4; ++f) EXPECT_EQ(decoded.frames[f].pixels, as_rgb(frames[f])) << f;
  EXPECT_EQ(decoded.stored, 200u + 15 + 1 + 15) << "the rectangle from (4, 3) to (6, 7)";
}

TEST(Gif, RefusesWhatIsNoAnimation) {
  EXPECT_THROW(encode_gif({}), std::invalid_argument);
  EXPECT_THROW(encode_gif({Picture(2, 2, 1), Picture(2, 3, 1)}), std::invalid_argument);
  EXPECT_THROW(encode_gif({Picture(0, 2, 1)}), std::invalid_argument);
  EXPECT_THROW(encode_gif({Picture(2, 2, 1)}, {.delay = 70000}), std::invalid_argument);
  EXPECT_THROW(encode_gif({Picture(2, 2, 1)}, {.loops = -2}), std::invalid_argument);
}

// The reader that most of the field's scripts use.
TEST(Gif, PillowReadsTheSameFrames) {
  const char* given = std::getenv("TEASEL_TEST_PYTHON");
  const std::string python = given && *given ? given : "python3";
  if (std::system((python + " -c 'import PIL' > /dev/null 2>&1").c_str()) != 0)
    GTEST_SKIP() << "no Pillow for " << python << " (TEASEL_TEST_PYTHON names another interpreter)";
  const TemporaryFolder folder;
  const auto frames = grey_frames();
  write_gif(folder / "grey.gif", frames, {.delay = 12});
  write_quickly(folder / "read.py",
                "import json, sys\nfrom PIL import Image\nwith Image.open(sys.argv[1]) as g:\n"
                "    out = {'frames': g.n_frames, 'loop': g.info['loop'], 'pixels': []}\n"
                "    for f in range(g.n_frames):\n        g.seek(f)\n        out['duration'] = g.info['duration']\n"
                "        out['pixels'].append(g.convert('RGB').tobytes().hex())\nprint(json.dumps(out))\n");
  const std::string out = (folder / "out.json").string();
  ASSERT_EQ(
      std::system(
          (python + " " + (folder / "read.py").string() + " " + (folder / "grey.gif").string() + " > " + out).c_str()),
      0);
  const Value read = parse_json(read_file(out), out);
  EXPECT_EQ(*read.find("frames")->as<int64_t>(), 5);
  EXPECT_EQ(*read.find("loop")->as<int64_t>(), 0);
  EXPECT_EQ(*read.find("duration")->as<int64_t>(), 120) << "milliseconds";
  const auto& pixels = *read.find("pixels")->as<Value::List>();
  ASSERT_EQ(pixels.size(), frames.size());
  for (size_t f = 0; f < frames.size(); ++f) {
    std::string hex;
    for (uint8_t v : as_rgb(frames[f])) hex += {"0123456789abcdef"[v >> 4], "0123456789abcdef"[v & 15]};
    EXPECT_EQ(*pixels[f].as<std::string>(), hex) << f;
  }
}

}  // namespace
}  // namespace teasel
