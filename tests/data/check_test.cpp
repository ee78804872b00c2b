// What `teasel data check` finds.
#include "teasel/data/check.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "teasel/core/digest.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/picture.hpp"
#include "tests/core/packed_files.hpp"
#include "tests/data/user_files.hpp"

namespace teasel {
namespace {

// The findings that are wrong, in one text.
std::string wrong(const CheckReport& report) {
  std::string out;
  for (auto& f : report.findings)
    if (!f.right) out += f.what + ": " + f.expected + " / " + f.found + "\n";
  return out;
}

TEST(Check, MD5IsThatOfRfc1321) {
  const TemporaryFolder folder;
  write_quickly(folder / "x", "message digest");
  EXPECT_EQ(md5_of_file(folder / "x"), "f96b697d7cb7938d525a2f31aaf161d0");
}

TEST(Check, OwnFilesAreReadToTheEnd) {
  const TemporaryFolder folder;
  Array floats = counted<float>({4, 3}, 10);
  write_npz(folder / "x.npz", {{"a", floats}, {"b", counted<uint8_t>({2}, 5)}});
  CheckReport report = check_path(folder / "x.npz");
  EXPECT_TRUE(report.right()) << wrong(report);
  EXPECT_TRUE(holds(report.kind, "npz"));
  EXPECT_EQ(report.findings.size(), 2u);
  floats.as<float>()[5] = NAN;
  write_npz(folder / "x.npz", {{"a", floats}});
  EXPECT_TRUE(holds(wrong(check_path(folder / "x.npz")), "1 of them not finite"));
  EXPECT_TRUE(check_path("tests/golden/core/arrays.npz").right() == false);  // f2 and f8 hold infinities and NaN
  EXPECT_TRUE(holds(complaint_of([&] { check_path(folder / "absent"); }), "no file or folder"));
  write_quickly(folder / "x", "?");
  EXPECT_TRUE(holds(wrong(check_path(folder / "x")), "none of these"));
}

TEST(Check, LabelsOfNoItemsAndDamagedMembersAreWrong) {
  const TemporaryFolder folder;
  write_quickly(folder / "labels", std::string("\0\0\x08\x01\0\0\0\0", 8));
  EXPECT_TRUE(holds(wrong(check_path(folder / "labels")), "60000 or 10000"));
  write_npz(folder / "x.npz", {{"a", counted<float>({40, 3}, 10)}}, true);
  std::string bytes = read_file(folder / "x.npz");
  bytes[bytes.find("a.npy") - 30] = 'X';  // the local header of the member
  write_quickly(folder / "x.npz", bytes);
  EXPECT_FALSE(check_path(folder / "x.npz").right());
}

TEST(Check, DspritesOfAnotherShapeIsNoDsprites) {
  const TemporaryFolder folder;
  write_npz(folder / "x.npz",
            {{"imgs", counted<uint8_t>({5, 64, 64}, 2)}, {"latents_classes", counted<int64_t>({5, 6}, 1)}});
  const CheckReport report = check_path(folder / "x.npz");
  EXPECT_TRUE(holds(report.kind, "dSprites"));
  EXPECT_TRUE(holds(wrong(report), "array 'imgs': u8 (737280, 64, 64) / u8 (5, 64, 64)")) << wrong(report);
  EXPECT_TRUE(holds(wrong(report), "array 'latents_values': f64 (737280, 6) / absent"));
  EXPECT_TRUE(
      holds(complaint("name = 'dsprites'\nfile = '" + (folder / "x.npz").string() + "'"), "not dSprites' file"));
  EXPECT_TRUE(holds(complaint("name = 'dsprites'\nfile = 'tests/golden/core/arrays.npz'"), "no array 'imgs'"));
}

TEST(Check, Shapes3dOfAnotherContentIsToldByItsSums) {
  const TemporaryFolder folder;
  const Array images = counted<uint8_t>({6, 64, 64, 3}, 256), labels = counted<double>({6, 6}, 2);
  write_hdf5(folder / "x.h5", {RowSource::of("images", images), RowSource::of("labels", labels)}, true);
  const CheckReport report = check_path(folder / "x.h5");
  EXPECT_TRUE(holds(report.kind, "3D Shapes"));
  EXPECT_TRUE(holds(wrong(report), "480000"));
  EXPECT_TRUE(holds(wrong(report), "MD5"));
}

TEST(Check, FilesOfCarsAndOfSmallnorbAreKnown) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "cars");
  write_quickly(folder / "cars" / "list.txt", "car_1_mesh\n");
  write_quickly(folder / "cars" / "car_1_mesh.mat",
                packed_mat("im", 9, {128, 128, 3, 24, 4}, 2, std::string(128 * 128 * 3 * 24 * 4, 'x')));
  const CheckReport cars = check_path(folder / "cars");
  EXPECT_TRUE(holds(cars.kind, "3D cars"));
  EXPECT_EQ(wrong(cars), "cars in list.txt: 183 / 1\n");
  std::filesystem::create_directory(folder / "norb");
  write_quickly(folder / "norb" / "smallnorb-5x46789x9x18x6x2x96x96-training-cat.mat", "x");
  const CheckReport norb = check_path(folder / "norb");
  EXPECT_TRUE(holds(norb.kind, "smallNORB"));
  EXPECT_TRUE(holds(wrong(norb), "training-dat.mat.gz")) << wrong(norb);
  EXPECT_TRUE(holds(wrong(norb), "testing-dat.mat.gz")) << wrong(norb);
}

TEST(Check, FoldersOfPicturesNameTheBrokenOne) {
  const TemporaryFolder folder;
  write_png(folder / "a.png", Picture(3, 3, 1, 9));
  write_png(folder / "c.Png", Picture(3, 3, 1, 9));
  const CheckReport report = check_path(folder.path());
  EXPECT_TRUE(report.right());
  const auto count = std::ranges::find(report.findings, "pictures", &Finding::what);
  ASSERT_NE(count, report.findings.end());
  EXPECT_EQ(count->found, "2") << "whatever the case of the end of a name";
  write_quickly(folder / "b.png", "broken");
  EXPECT_TRUE(holds(wrong(check_path(folder.path())), "b.png"));
}

TEST(Check, RealMnistSamplesAreIncomplete) {
  const char* shared = std::getenv("TEASEL_SHARED");
  const auto path = std::filesystem::path(shared ? shared : "../shared") / "data/mnist";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const CheckReport report = check_path(path);
  EXPECT_TRUE(holds(report.kind, "MNIST"));
  EXPECT_TRUE(holds(wrong(report), "items: 60000 / 4742")) << wrong(report);
  EXPECT_FALSE(holds(wrong(report), "t10k")) << wrong(report);
  EXPECT_TRUE(check_path(path / "t10k-images-idx3-ubyte.gz").right());
}

TEST(Check, DataSetsKeepTheirPromises) {
  const auto set = open_text(
      "name = 'dsprites'\nviews = [{name = 'select', factor = 'shape', values = [1]}, {name = "
      "'select', factor = 'orientation', every = 4}, 'resize']");
  EXPECT_TRUE(check_dataset(*set).right()) << wrong(check_dataset(*set));
}

// Four items of floats; one is outside, and one factor is no class.
class Broken final : public Dataset {
 public:
  Broken() {
    spec_.name = "broken";
    spec_.fields = {{"x", {1}, Dtype::f32}};
    spec_.factors = {{"kind", {0, 1}}};
    spec_.size = 4;
    spec_.full_grid = true;
  }
  const DataSpec& spec() const override { return spec_; }
  void gather(std::span<const int64_t> index, size_t, Draw, std::span<std::byte> out) const override {
    for (size_t i = 0; i < index.size(); ++i) {
      const float value = index[i] == 2 ? 1.5f : 0.5f;
      std::memcpy(out.data() + i * 4, &value, 4);
    }
  }
  void factors(std::span<const int64_t> index, std::span<float> out) const override {
    for (size_t i = 0; i < index.size(); ++i) out[i] = static_cast<float>(index[i]);
  }

 private:
  DataSpec spec_;
};

TEST(Check, BrokenPromisesAreNamed) {
  const std::string found = wrong(check_dataset(Broken()));
  EXPECT_TRUE(holds(found, "1 values outside, the first in item 2")) << found;
  EXPECT_TRUE(holds(found, "factor 'kind': classes 0 to 1 / 2 numbers that are none")) << found;
  EXPECT_TRUE(holds(found, "item 2 is elsewhere")) << found;
}

}  // namespace
}  // namespace teasel
