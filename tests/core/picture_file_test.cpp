// JPEG and PNG files against Pillow.
#include "teasel/core/picture_file.hpp"

#include <gtest/gtest.h>
#include <jpeglib.h>

#include <cstdlib>

#include "teasel/core/array.hpp"
#include "teasel/core/file.hpp"
#include "tests/core/golden_arrays.hpp"
#include "tests/core/temporary_folder.hpp"

namespace teasel {
namespace {

const std::string folder_of_files = "tests/golden/formats/";

TEST(PictureFile, DecodesJpegsLikePillow) {
  const std::vector<std::string> names{"colours", "progressive", "grey"};
  for (const auto& [name, expected] : read_npz(folder_of_files + "pictures.npz", names)) {
    SCOPED_TRACE(name);
    const Picture picture = read_picture(folder_of_files + name + ".jpg");
    EXPECT_EQ(picture.height, expected.shape[0]);
    EXPECT_EQ(picture.width, expected.shape[1]);
    EXPECT_EQ(picture.channels, expected.shape.size() == 3 ? 3 : 1);
    ASSERT_EQ(picture.pixels.size(), expected.bytes.size());
    int largest = 0;  // Pillow may bring another libjpeg, whose arithmetic may differ by a step
    for (size_t i = 0; i < picture.pixels.size(); ++i)
      largest = std::max(largest, std::abs(picture.pixels[i] - std::to_integer<int>(expected.bytes[i])));
    EXPECT_LE(largest, 1);
    const PictureSize size = read_picture_size(folder_of_files + name + ".jpg");
    EXPECT_EQ(size.width, 40);
    EXPECT_EQ(size.height, 24);
    EXPECT_EQ(size.channels, picture.channels);
  }
}

TEST(PictureFile, ToldByContent) {
  const TemporaryFolder folder;
  std::filesystem::copy(folder_of_files + "colours.png", folder / "x.jpg");
  EXPECT_EQ(read_picture(folder / "x.jpg").pixels, read_png(folder_of_files + "colours.png").pixels);
  for (auto* name : {"grey", "rgb", "rgba", "palette", "grey16", "grey1"}) {
    const std::string path = std::string("tests/golden/core/") + name + ".png";
    const Picture picture = read_picture(path);
    const PictureSize size = read_picture_size(path);
    EXPECT_EQ(size.width, picture.width) << name;
    EXPECT_EQ(size.height, picture.height) << name;
    EXPECT_EQ(size.channels, picture.channels) << name;
  }
}

TEST(PictureFile, SaysWhatItCannotRead) {
  const TemporaryFolder folder;
  EXPECT_NE(error_of([] { read_picture(folder_of_files + "cmyk.jpg"); }).find("CMYK"), std::string::npos);
  EXPECT_NE(error_of([] { read_picture("tests/golden/core/arrays.npz"); }).find("neither a PNG nor a JPEG"),
            std::string::npos);
  EXPECT_NE(error_of([&] { read_picture(folder / "absent.jpg"); }).find("No such file"), std::string::npos);
}

TEST(PictureFile, TruncationsAreErrorsAndDamageIsNoCrash) {
  const TemporaryFolder folder;
  for (auto* name : {"colours.jpg", "progressive.jpg", "grey.jpg"}) {
    const std::string whole = read_file(folder_of_files + name);
    for (size_t size = 0; size + 2 < whole.size(); size += 11) {  // the last two bytes only end the file
      write_quickly(folder / "x", whole.substr(0, size));
      EXPECT_NE(error_of([&] { read_picture(folder / "x"); }), "no error") << name << " " << size;
    }
    for (size_t at = 0; at < whole.size(); at += 7) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
      write_quickly(folder / "x", damaged);
      expect_error_or_value([&] { read_picture(folder / "x"); });
    }
  }
}

// Sixteen grey-blue pixels a side, each of the three components in a scan of its own.
std::string jpeg_of_three_scans() {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors;
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &bytes, &size);
  jpeg.image_width = jpeg.image_height = 16;
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  const jpeg_scan_info scans[] = {{1, {0}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}, {1, {2}, 0, 63, 0, 0}};
  jpeg.scan_info = scans;
  jpeg.num_scans = 3;
  jpeg_start_compress(&jpeg, TRUE);
  std::vector<JSAMPLE> line(16 * 3, 100);
  JSAMPROW row = line.data();
  while (jpeg.next_scanline < jpeg.image_height) jpeg_write_scanlines(&jpeg, &row, 1);
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  std::string out(reinterpret_cast<char*>(bytes), size);
  std::free(bytes);
  return out;
}

// A scan of a few bytes goes through all pixels, so that a small file could take hours.
TEST(PictureFile, RefusesScansWithoutEnd) {
  const TemporaryFolder folder;
  std::string jpeg = jpeg_of_three_scans();
  write_quickly(folder / "x.jpg", jpeg);
  EXPECT_EQ(read_picture(folder / "x.jpg").width, 16);
  const std::string scan = jpeg.substr(jpeg.rfind("\xff\xda"), jpeg.size() - 2 - jpeg.rfind("\xff\xda"));
  for (int more : {400, 200}) {
    for (int i = 0; i < more; ++i) jpeg.insert(jpeg.size() - 2, scan);
    write_quickly(folder / "x.jpg", jpeg);
    const std::string error = error_of([&] { read_picture(folder / "x.jpg"); });
    EXPECT_EQ(error.find("more than 500 scans") != std::string::npos, more == 200) << error;
  }
}

// 65,500 x 65,500 pixels promised by a file of a few hundred bytes.
TEST(PictureFile, RefusesHostileSizes) {
  const TemporaryFolder folder;
  std::string jpeg = read_file(folder_of_files + "grey.jpg");
  const size_t frame = jpeg.find("\xff\xc0");
  ASSERT_NE(frame, std::string::npos);
  jpeg.replace(frame + 5, 4, "\xff\xdc\xff\xdc");
  write_quickly(folder / "x.jpg", jpeg);
  EXPECT_NE(error_of([&] { read_picture(folder / "x.jpg"); }).find("more than the file can hold"), std::string::npos);
  std::string png = read_file(folder_of_files + "colours.png");
  png.replace(16, 8, std::string("\0\x0f\0\0\0\x0f\0\0", 8));
  write_quickly(folder / "x.png", png);
  EXPECT_NE(error_of([&] { read_picture(folder / "x.png"); }).find("promises"), std::string::npos);
}

}  // namespace
}  // namespace teasel
