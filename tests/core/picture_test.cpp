#include "teasel/core/picture.hpp"

#include <gtest/gtest.h>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/random.hpp"
#include "temporary_folder.hpp"

namespace teasel {
namespace {

const std::string golden = "tests/golden/core/";

// The pictures of tests/golden/core_files.py, 7 x 5.
int grey_at(int i) { return i * 7; }
std::array<int, 3> rgb_at(int i) { return {grey_at(i), 255 - grey_at(i), grey_at(i) / 2}; }

Picture noise(int width, int height, int channels) {
  Picture picture(width, height, channels);
  std::vector<float> values(picture.pixels.size());
  Stream(0, "noise").uniform(0, static_cast<int64_t>(values.size()), values);
  for (size_t i = 0; i < values.size(); ++i) picture.pixels[i] = static_cast<uint8_t>(values[i] * 256);
  return picture;
}

void expect_size(const Picture& picture, int channels) {
  EXPECT_EQ(picture.width, 7);
  EXPECT_EQ(picture.height, 5);
  EXPECT_EQ(picture.channels, channels);
  ASSERT_EQ(picture.pixels.size(), 35u * static_cast<unsigned>(channels));
}

TEST(Picture, ReadsGreyAndRgbOfPillow) {
  for (const char* name : {"grey.png", "grey16.png"}) {
    Picture picture = read_png(golden + name);
    expect_size(picture, 1);
    for (int i = 0; i < 35; ++i) EXPECT_EQ(picture.pixels[i], grey_at(i)) << name << " " << i;
  }
  Picture picture = read_png(golden + "rgb.png");
  expect_size(picture, 3);
  for (int i = 0; i < 35; ++i)
    for (int c = 0; c < 3; ++c) EXPECT_EQ(picture.at(i % 7, i / 7)[c], rgb_at(i)[c]);
}

TEST(Picture, ConvertsBitsPalettesAndTransparency) {
  Picture bits = read_png(golden + "grey1.png");
  expect_size(bits, 1);
  for (int i = 0; i < 35; ++i) EXPECT_EQ(bits.pixels[i], grey_at(i) > 100 ? 255 : 0);
  Picture palette = read_png(golden + "palette.png");
  expect_size(palette, 3);
  const uint8_t colours[4][3] = {{0, 0, 0}, {255, 0, 0}, {0, 255, 0}, {10, 20, 30}};
  for (int i = 0; i < 35; ++i)
    for (int c = 0; c < 3; ++c) EXPECT_EQ(palette.pixels[i * 3 + c], colours[i % 4][c]);
  Picture rgba = read_png(golden + "rgba.png");
  expect_size(rgba, 3);
  for (int i = 0; i < 35; ++i)
    for (int c = 0; c < 3; ++c) {
      double alpha = grey_at(i) / 255.0;
      EXPECT_NEAR(rgba.pixels[i * 3 + c], alpha * rgb_at(i)[c] + (1 - alpha) * 255, .5001);
    }
}

TEST(Picture, ReadsBackWhatItWrote) {
  TemporaryFolder folder;
  for (int channels : {1, 3})
    for (auto [width, height] : {std::pair{1, 1}, {13, 1}, {1, 9}, {64, 33}}) {
      Picture picture = noise(width, height, channels);
      write_png(folder / "x.png", picture);
      Picture back = read_png(folder / "x.png");
      EXPECT_EQ(back.width, width);
      EXPECT_EQ(back.height, height);
      EXPECT_EQ(back.channels, channels);
      EXPECT_EQ(back.pixels, picture.pixels);
      EXPECT_EQ(encode_png(picture), read_file(folder / "x.png"));
    }
}

TEST(Picture, FillsAndAddresses) {
  Picture picture(4, 2, 3, 200);
  EXPECT_EQ(picture.pixels, std::vector<uint8_t>(24, 200));
  picture.at(3, 1)[2] = 5;
  EXPECT_EQ(picture.pixels.back(), 5);
}

TEST(Picture, RefusesWhatNoPngHolds) {
  EXPECT_THROW(Picture(2, 2, 4), std::invalid_argument);
  EXPECT_THROW(Picture(-1, 2, 1), std::invalid_argument);
  EXPECT_THROW(encode_png(Picture(0, 2, 1)), std::invalid_argument);
  Picture short_of_pixels(2, 2, 1);
  short_of_pixels.pixels.pop_back();
  EXPECT_THROW(encode_png(short_of_pixels), std::invalid_argument);
}

TEST(Picture, DamageIsAnError) {
  TemporaryFolder folder;
  EXPECT_THROW(read_png(folder / "absent.png"), Error);
  write_quickly(folder / "text.png", "no picture at all");
  EXPECT_THROW(read_png(folder / "text.png"), Error);
  const Picture picture = noise(9, 6, 3);
  const std::string whole = encode_png(picture);
  for (size_t size = 0; size < whole.size(); size += 3) {
    write_quickly(folder / "x.png", whole.substr(0, size));
    EXPECT_THROW(read_png(folder / "x.png"), Error) << size;
  }
  // Check sums guard every byte that matters.
  for (size_t at = 0; at < whole.size(); at += 2) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x21);
    write_quickly(folder / "x.png", damaged);
    try {
      EXPECT_EQ(read_png(folder / "x.png").pixels, picture.pixels) << at;
    } catch (const Error&) {
    }
  }
}

// A header of a million by a million pixels, with its right check sum, in a file of 57 bytes.
TEST(Picture, DoesNotBelieveALyingHeader) {
  TemporaryFolder folder;
  std::string file(
      "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\x0f\x42\x40\0\x0f\x42\x40\x08\x02\0\0\0LIE!"
      "\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82",
      57);
  uint32_t sum = 0xffffffff;  // CRC-32 of PNG (ISO 3309)
  for (size_t i = 12; i < 29; ++i) {
    sum ^= static_cast<uint8_t>(file[i]);
    for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
  }
  for (int i = 0; i < 4; ++i) file[29 + i] = static_cast<char>(~sum >> (24 - 8 * i));
  write_quickly(folder / "x.png", file);
  try {
    read_png(folder / "x.png");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("1000000 x 1000000 pixels are promised"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace teasel
