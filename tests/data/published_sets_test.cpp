// Published data sets, from small files of their formats.
#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

#include "teasel/core/file.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/data/pixels.hpp"
#include "teasel/data/readers/image_cache.hpp"
#include "tests/core/packed_files.hpp"
#include "tests/data/user_files.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

std::string named(const std::string& set, const fs::path& path, const std::string& more = "") {
  return "name = '" + set + "'\npath = '" + path.string() + "'\n" + more;
}

int byte_at(const std::vector<std::byte>& bytes, size_t at) { return std::to_integer<int>(bytes[at]); }

void append(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::app) << bytes;
}

// ---- the converted copy ---------------------------------------------------------------------------------------------

struct Cache : testing::Test {
  TemporaryFolder folder;
  Array images = counted<uint8_t>({10, 64, 64, 3}, 256);
  int made = 0;
  Cache() { write_npz(folder / "x.npz", {{"images", images}}, true); }
  CachePlan plan() {
    return {.name = "x", .sources = {folder / "x.npz"}, .folder = folder.path(), .shape = {10, 3, 64, 64}};
  }
  ImageCache open() {
    return ImageCache(plan(), [this](const PutItems& put, const ToldProgress& told) {
      ++made;
      put_planes(*open_rows(folder / "x.npz", "images"), put, told);
    });
  }
};

TEST_F(Cache, HoldsPlanesAndIsASafetensorsFile) {
  const ImageCache cache = open();
  std::vector<std::byte> planes(images.bytes.size());
  for (size_t at = 0; at < planes.size(); at += 12288)
    to_planes(std::span(images.bytes).subspan(at, 12288), 3, 1, std::span(planes).subspan(at, 12288));
  EXPECT_TRUE(std::ranges::equal(cache.bytes(), planes));
  const SafeTensors file = read_safetensors(folder / "x.safetensors");
  ASSERT_EQ(file.tensors.size(), 1u);
  EXPECT_EQ(file.tensors[0].first, "images");
  EXPECT_EQ(file.tensors[0].second.shape, (std::vector<int64_t>{10, 3, 64, 64}));
  EXPECT_EQ(file.tensors[0].second.bytes, planes);
}

TEST_F(Cache, IsMadeOnceAndAnewWhereTheSourceOrTheCopyChanged) {
  open();
  open();
  EXPECT_EQ(made, 1);
  images.bytes[5] = std::byte{77};
  write_npz(folder / "x.npz", {{"images", images}}, true);
  const ImageCache anew = open();
  EXPECT_EQ(anew.bytes()[2 * 4096 + 1], std::byte{77});  // channel 2 of pixel 1
  EXPECT_EQ(made, 2);
  fs::resize_file(folder / "x.safetensors", 1000);
  open();
  EXPECT_EQ(made, 3);
}

TEST_F(Cache, LeavesNothingBehindWhereTheSourceIsDamaged) {
  const std::string whole = read_file(folder / "x.npz");
  std::string damaged = whole;
  damaged[whole.size() / 2] = static_cast<char>(~damaged[whole.size() / 2]);
  write_quickly(folder / "x.npz", damaged);
  EXPECT_NE(complaint_of([&] { open(); }), "no error");
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"x.npz"}));
}

TEST_F(Cache, RefusesAFolderThatIsNotThere) {
  CachePlan elsewhere = plan();
  elsewhere.folder = folder / "no" / "such";
  EXPECT_TRUE(
      holds(complaint_of([&] { ImageCache(elsewhere, [](const PutItems&, const ToldProgress&) {}); }), "mkdir -p"));
}

// ---- 3D Shapes ------------------------------------------------------------------------------------------------------

struct Shapes3d : testing::Test {
  TemporaryFolder folder;
  const std::vector<int64_t> sizes{2, 3, 2, 2, 4, 1};
  Array images = counted<uint8_t>({96, 64, 64, 3}, 256), labels = counted<double>({96, 6}, 1);
  Shapes3d() {
    for (int64_t item = 0; item < 96; ++item)
      for (int64_t f = 5, rest = item; f >= 0; rest /= sizes[static_cast<size_t>(f--)]) {
        const auto number = static_cast<double>(rest % sizes[static_cast<size_t>(f)]);
        labels.as<double>()[static_cast<size_t>(item * 6 + f)] = f < 3    ? number / 10
                                                                 : f == 3 ? 0.75 + number / 14
                                                                          : number;
      }
    write();
  }
  void write() {
    write_hdf5(folder / "3dshapes.h5", {RowSource::of("images", images), RowSource::of("labels", labels)}, true);
  }
};

TEST_F(Shapes3d, ReadsTheLayoutOfThePublishedFile) {
  for (const fs::path& path : {folder.path(), folder / "3dshapes.h5"}) {
    const auto set = open_text(named("shapes3d", path));
    EXPECT_EQ(set->spec().size, 96);
    EXPECT_TRUE(set->spec().full_grid);
    EXPECT_EQ(set->spec().fields[0].shape, (std::vector<int64_t>{3, 64, 64}));
    ASSERT_EQ(set->spec().factors.size(), 6u);
    EXPECT_EQ(set->spec().factors[1].name, "wall_hue");
    EXPECT_EQ(set->spec().factors[1].values, (std::vector<double>{0, 0.1, 0.2}));
    EXPECT_EQ(set->spec().factors[3].values, (std::vector<double>{0.75, 0.75 + 1.0 / 14}));
    EXPECT_EQ(factors_of(*set, {95, 4}), (std::vector<float>{1, 2, 1, 1, 3, 0, 0, 0, 0, 1, 0, 0}));
    const auto x = gathered(*set, {7, 95});
    for (size_t c = 0; c < 3; ++c)
      for (size_t p : {0u, 63u, 1234u, 4095u}) {
        EXPECT_EQ(x[c * 4096 + p], images.bytes[7 * 12288 + p * 3 + c]);
        EXPECT_EQ(x[12288 + c * 4096 + p], images.bytes[95 * 12288 + p * 3 + c]);
      }
  }
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"3dshapes.h5", "3dshapes.safetensors"}));
}

TEST_F(Shapes3d, TheCopyMayLieElsewhere) {
  fs::create_directory(folder / "cache");
  open_text(named("shapes3d", folder.path(), "cache = '" + (folder / "cache").string() + "'"));
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"3dshapes.h5", "cache"}));
  EXPECT_TRUE(fs::exists(folder / "cache" / "3dshapes.safetensors"));
}

TEST_F(Shapes3d, SaysWhatIsWrong) {
  EXPECT_TRUE(holds(complaint("name = 'shapes3d'"), "3dshapes.h5"));
  EXPECT_TRUE(holds(complaint(named("shapes3d", folder / "absent.h5")), "099a2078d58cec4daad0702c55d06868"));
  fs::create_directory(folder / "empty");
  EXPECT_TRUE(holds(complaint(named("shapes3d", folder / "empty")), "no file"));
  std::swap_ranges(labels.bytes.begin(), labels.bytes.begin() + 48, labels.bytes.begin() + 48 * 5);
  write();
  EXPECT_TRUE(holds(complaint(named("shapes3d", folder.path())), "no full grid"));
  labels = counted<double>({95, 6}, 2);
  write();
  EXPECT_TRUE(holds(complaint(named("shapes3d", folder.path())), "95 rows of labels"));
  images = counted<uint8_t>({96, 32, 32, 3}, 256);
  write();
  EXPECT_TRUE(holds(complaint(named("shapes3d", folder.path())), "(96, 32, 32, 3)"));
  const std::string whole = read_file(folder / "3dshapes.h5");
  write_quickly(folder / "3dshapes.h5", whole.substr(0, whole.size() / 2));
  EXPECT_TRUE(holds(complaint(named("shapes3d", folder.path())), "cut off"));
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"3dshapes.h5", "empty"}));
}

// ---- MPI3D ----------------------------------------------------------------------------------------------------------

// An npz of the published size with one stored member beyond 4 GiB, as numpy.savez writes it: zip64 fields in the local
// header, the directory and its end. Its pixels are a hole in the file but for those that are given.
void write_large_npz(const fs::path& path, int64_t rows, const std::vector<std::pair<int64_t, char>>& pixels) {
  std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + std::to_string(rows) + ", 64, 64, 3), }";
  header.resize(117, ' ');
  const std::string npy = std::string("\x93NUMPY\x01\x00", 8) + little_endian(uint16_t{118}) + header + "\n";
  const std::string name = "images.npy";
  const uint64_t size = npy.size() + static_cast<uint64_t>(rows) * 12288, local = 30 + name.size() + 20;
  const auto u16 = [](int n) { return little_endian(static_cast<uint16_t>(n)); };
  const auto u32 = [](uint32_t n) { return little_endian(n); };
  const auto u64 = [](uint64_t n) { return little_endian(n); };
  const uint32_t beyond = 0xffffffff;
  const std::string sizes = u32(0) + u32(beyond) + u32(beyond);  // check sum, stored and true size
  const std::string both = u16(1) + u16(16) + u64(size) + u64(size);
  write_quickly(path,
                "PK\x03\x04" + u16(45) + u16(0) + u16(0) + u32(0) + sizes + u16(10) + u16(20) + name + both + npy);
  fs::resize_file(path, local + size);
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  for (const auto& [at, value] : pixels) {
    file.seekp(static_cast<std::streamoff>(local + npy.size()) + at);
    file.put(value);
  }
  file.close();
  const std::string entry = "PK\x01\x02" + u16(45) + u16(45) + u16(0) + u16(0) + u32(0) + sizes + u16(10) + u16(20) +
                            u16(0) + u16(0) + u16(0) + u32(0) + u32(0) + name + both;
  const std::string end64 = "PK\x06\x06" + u64(44) + u16(45) + u16(45) + u32(0) + u32(0) + u64(1) + u64(1) +
                            u64(entry.size()) + u64(local + size);
  const std::string locator = "PK\x06\x07" + u32(0) + u64(local + size + entry.size()) + u32(1);
  const std::string end = "PK\x05\x06" + u16(0) + u16(0) + u16(1) + u16(1) + u32(static_cast<uint32_t>(entry.size())) +
                          u32(beyond) + u16(0);
  append(path, entry + end64 + locator + end);
}

TEST(Mpi3d, StoredFilesOfThePublishedSizesAreMapped) {
  const TemporaryFolder folder;
  struct Case {
    const char* name;
    int64_t rows;
    std::vector<float> last;
  };
  for (const Case& c : {Case{"mpi3d_toy.npz", 1036800, {5, 5, 1, 2, 2, 39, 39}},
                        Case{"mpi3d_real_complex.npz", 460800, {3, 3, 1, 2, 2, 39, 39}}}) {
    SCOPED_TRACE(c.name);
    const int64_t last = c.rows - 1, middle = c.rows / 2;
    write_large_npz(folder / c.name, c.rows,
                    {{0, '\x01'}, {middle * 12288 + 3 * 70 + 2, '\x02'}, {last * 12288 + 12287, '\x03'}});
    const auto set = open_text(named("mpi3d", folder / c.name));
    EXPECT_EQ(set->spec().size, c.rows);
    EXPECT_TRUE(set->spec().full_grid);
    EXPECT_EQ(factors_of(*set, {last}), c.last);
    const auto x = gathered(*set, {0, middle, last});
    EXPECT_EQ(byte_at(x, 0), 1);
    EXPECT_EQ(byte_at(x, 12288 + 2 * 4096 + 70), 2);
    EXPECT_EQ(byte_at(x, 2 * 12288 + 12287), 3);
    EXPECT_EQ(std::ranges::count(x, std::byte{0}), 3 * 12288 - 3);
  }
  EXPECT_EQ(open_text(named("mpi3d", folder.path(), "variant = 'toy'"))->spec().size, 1036800);
  EXPECT_EQ(open_text(named("mpi3d", folder.path(), "variant = 'real_complex'"))->spec().size, 460800);
  EXPECT_TRUE(holds(complaint(named("mpi3d", folder / "mpi3d_toy.npz", "variant = 'real_complex'")), "1036800 images"));
  EXPECT_EQ(folder.names().size(), 2u);  // no copies were made
}

TEST(Mpi3d, SaysWhatIsWrong) {
  const TemporaryFolder folder;
  EXPECT_TRUE(holds(complaint("name = 'mpi3d'"), "data.path"));
  EXPECT_TRUE(holds(complaint(named("mpi3d", folder.path(), "variant = 'realistic'")), "mpi3d_realistic.npz"));
  write_npz(folder / "x.npz", {{"images", counted<uint8_t>({10, 64, 64, 3}, 256)}}, true);
  EXPECT_TRUE(holds(complaint(named("mpi3d", folder / "x.npz")), "(10, 64, 64, 3)"));
  write_large_npz(folder / "mpi3d_toy.npz", 1036800, {});
  fs::resize_file(folder / "mpi3d_toy.npz", 1000000);
  EXPECT_TRUE(holds(complaint(named("mpi3d", folder / "mpi3d_toy.npz")), "fetch it again"));
}

// ---- 3D cars --------------------------------------------------------------------------------------------------------

uint8_t car_pixel(int car, int64_t elevation, int64_t azimuth, int64_t channel, int64_t y, int64_t x) {
  return static_cast<uint8_t>(car * 91 + elevation * 53 + azimuth * 29 + channel * 17 + y * 3 + x * 5 + y * x / 16);
}

struct Cars3d : testing::Test {
  TemporaryFolder folder;
  Cars3d() {
    fs::create_directories(folder / "data" / "cars");
    for (int car : {0, 1}) {
      std::string elements;
      for (int64_t e = 0; e < 4; ++e)
        for (int64_t a = 0; a < 24; ++a)
          for (int64_t c = 0; c < 3; ++c)
            for (int64_t x = 0; x < 128; ++x)
              for (int64_t y = 0; y < 128; ++y) elements += static_cast<char>(car_pixel(car, e, a, c, y, x));
      write_quickly(cars() / (name(car) + ".mat"), packed_mat("im", 9, {128, 128, 3, 24, 4}, 2, elements));
    }
    write_quickly(cars() / "list.txt", name(0) + "\n" + name(1) + "\n");
  }
  fs::path cars() const { return folder / "data" / "cars"; }
  // The first car of the list is not the first by name.
  static std::string name(int car) { return car == 0 ? "car_9_mesh" : "car_1_mesh"; }
};

TEST_F(Cars3d, FolderAndArchiveHoldTheCarsInTheOrderOfTheList) {
  const auto member = [&](const std::string& file) { return std::pair("data/cars/" + file, read_file(cars() / file)); };
  write_quickly(folder / "x.tar.gz", gzipped(packed_tar({{"data/cars/", ""},
                                                         {"data/other/list.txt", "no car"},
                                                         member(name(1) + ".mat"),
                                                         member("list.txt"),
                                                         member(name(0) + ".mat")})));
  for (const fs::path& path : {folder.path(), cars(), folder / "x.tar.gz"}) {
    SCOPED_TRACE(path);
    const auto set = open_text(named("cars3d", path, "size = 128"));
    EXPECT_EQ(set->spec().size, 4 * 24 * 2);
    EXPECT_EQ(factors_of(*set, {191, 3}), (std::vector<float>{3, 23, 1, 0, 1, 1}));
    const auto x = gathered(*set, {(2 * 24 + 5) * 2 + 0, (3 * 24 + 23) * 2 + 1});
    for (int64_t c = 0; c < 3; ++c)
      for (int64_t y : {0, 17, 127})
        for (int64_t column : {0, 64, 126}) {
          const auto at = static_cast<size_t>((c * 128 + y) * 128 + column);
          ASSERT_EQ(byte_at(x, at), car_pixel(0, 2, 5, c, y, column));
          ASSERT_EQ(byte_at(x, 3 * 128 * 128 + at), car_pixel(1, 3, 23, c, y, column));
        }
  }
}

TEST_F(Cars3d, OtherSizesAreMadeByLanczos) {
  const auto set = open_text(named("cars3d", cars()));
  Picture picture(128, 128, 3);
  for (int y = 0; y < 128; ++y)
    for (int x = 0; x < 128; ++x)
      for (int c = 0; c < 3; ++c) picture.at(x, y)[c] = car_pixel(1, 1, 7, c, y, x);
  const Picture small = resized(picture, 64, 64, Filter::lanczos);
  std::vector<std::byte> planes(small.pixels.size());
  to_planes(std::as_bytes(std::span(small.pixels)), 3, 1, planes);
  EXPECT_EQ(gathered(*set, {(24 + 7) * 2 + 1}), planes);
  EXPECT_TRUE(fs::exists(cars() / "cars3d-64.safetensors"));
}

TEST_F(Cars3d, SaysWhichFileIsWrong) {
  EXPECT_TRUE(holds(complaint("name = 'cars3d'"), "4e866a7919c1beedf53964e6f7a23686"));
  EXPECT_TRUE(holds(complaint(named("cars3d", folder / "absent.tar.gz")), "absent.tar.gz"));
  write_quickly(cars() / "list.txt", name(0) + ".mat\ncar_7_mesh\n");
  EXPECT_TRUE(holds(complaint(named("cars3d", folder.path())), "car_7_mesh.mat"));
  write_quickly(cars() / "list.txt", name(0) + "\n" + name(0) + "\n");
  EXPECT_TRUE(holds(complaint(named("cars3d", folder.path())), "twice"));
  write_quickly(cars() / "list.txt", name(0) + "\n");
  write_quickly(cars() / (name(0) + ".mat"), packed_mat("im", 9, {2, 2}, 2, "abcd"));
  EXPECT_TRUE(holds(complaint(named("cars3d", folder.path())), "the shape (2, 2)"));
  write_quickly(cars() / (name(0) + ".mat"), "no MATLAB file");
  EXPECT_TRUE(holds(complaint(named("cars3d", folder.path())), name(0)));
  fs::remove(cars() / "list.txt");
  EXPECT_TRUE(holds(complaint(named("cars3d", folder.path())), "list.txt"));
  write_quickly(folder / "x.tar.gz", gzipped(packed_tar({{"data/cars/list.txt", "car_3_mesh"}})));
  EXPECT_TRUE(holds(complaint(named("cars3d", folder / "x.tar.gz")), "car_3_mesh.mat"));
  for (const fs::path& at : {folder.path(), cars()})
    for (const auto& entry : fs::directory_iterator(at)) EXPECT_NE(entry.path().extension(), ".safetensors");
}

// ---- smallNORB ------------------------------------------------------------------------------------------------------

struct Smallnorb : testing::Test {
  TemporaryFolder folder;
  Smallnorb() {
    write_half("smallnorb-5x46789x9x18x6x2x96x96-training-", {4, 7}, ".gz");
    write_half("smallnorb-5x01235x9x18x6x2x96x96-testing-", {0}, "");
  }
  // 2 categories, 2 elevations, 3 azimuths, 2 lightings, in an order that is not the grid's. A pair of images is filled
  // with a number that tells its labels, and with that number + 1.
  void write_half(const std::string& begin, const std::vector<int32_t>& instances, const std::string& ending) {
    std::string dat, cat, info;
    int32_t count = 0;
    for (int32_t instance : instances)
      for (int32_t lighting : {5, 1})
        for (int32_t azimuth : {34, 0, 6})
          for (int32_t elevation : {8, 2})
            for (int32_t category : {3, 0}) {
              ++count;
              cat += little_endian(category);
              info +=
                  little_endian(instance) + little_endian(elevation) + little_endian(azimuth) + little_endian(lighting);
              const auto shade = shade_of(category, instance, elevation, azimuth, lighting);
              dat += std::string(9216, static_cast<char>(shade)) + std::string(9216, static_cast<char>(shade + 1));
            }
    const auto write = [&](const char* part, const std::string& content) {
      write_quickly(folder / (begin + part + ".mat" + ending), ending.empty() ? content : gzipped(content));
    };
    write("dat", packed_matrix(0x1E3D4C55, {count, 2, 96, 96}, dat));
    write("cat", packed_matrix(0x1E3D4C54, {count}, cat));
    write("info", packed_matrix(0x1E3D4C54, {count, 4}, info));
  }
  static uint8_t shade_of(int category, int instance, int elevation, int azimuth, int lighting) {
    return static_cast<uint8_t>(category * 60 + instance * 8 + elevation * 5 + azimuth + lighting * 3);
  }
  std::string spec(const std::string& more = "") { return named("smallnorb", folder.path(), more); }
};

TEST_F(Smallnorb, BothHalvesAreOneFullGrid) {
  const auto set = open_text(spec());
  EXPECT_EQ(set->spec().size, 2 * 3 * 2 * 3 * 2);
  EXPECT_EQ(set->spec().fields[0].shape, (std::vector<int64_t>{1, 64, 64}));
  const auto& factors = set->spec().factors;
  ASSERT_EQ(factors.size(), 5u);
  EXPECT_EQ(factors[1].values, (std::vector<double>{0, 4, 7}));
  EXPECT_EQ(factors[3].values, (std::vector<double>{0, 3, 17}));
  for (int64_t item = 0; item < set->spec().size; ++item) {
    const std::vector<float> numbers = factors_of(*set, {item});
    const auto value = [&](size_t f) { return static_cast<int>(factors[f].values[static_cast<size_t>(numbers[f])]); };
    const auto x = gathered(*set, {item});
    EXPECT_EQ(byte_at(x, 0), shade_of(value(0), value(1), value(2), 2 * value(3), value(4))) << item;
    EXPECT_EQ(std::ranges::count(x, x[0]), 64 * 64);
    EXPECT_EQ(std::ranges::count(set->split("test"), item), numbers[1] == 0) << item;
    EXPECT_EQ(std::ranges::count(set->split("train"), item), numbers[1] != 0) << item;
  }
  EXPECT_THROW(set->split("validation"), Error);
}

TEST_F(Smallnorb, HalvesCamerasAndSizesAreChosen) {
  const auto set = open_text(spec("halves = 'training'\ncamera = 'second'\nsize = 96"));
  EXPECT_EQ(set->spec().size, 2 * 2 * 2 * 3 * 2);
  EXPECT_EQ(set->spec().fields[0].shape, (std::vector<int64_t>{1, 96, 96}));
  EXPECT_EQ(byte_at(gathered(*set, {0}), 0), shade_of(0, 4, 2, 0, 1) + 1);
  EXPECT_THROW(set->split("test"), Error);
  EXPECT_EQ(set->split("train").size(), 48u);
}

TEST_F(Smallnorb, SaysWhichFileIsWrong) {
  EXPECT_TRUE(holds(complaint("name = 'smallnorb'"), "smallnorb-5x46789"));
  const fs::path cat = folder / "smallnorb-5x01235x9x18x6x2x96x96-testing-cat.mat";
  const std::string whole = read_file(cat);
  write_quickly(cat, whole.substr(0, whole.size() - 1));
  EXPECT_TRUE(holds(complaint(spec()), "ends too early"));
  write_quickly(cat, packed_matrix(0x1E3D4C54, {1}, little_endian(int32_t{0})));
  EXPECT_TRUE(holds(complaint(spec()), "1 labels"));
  std::string wrong = whole;
  wrong[20] = 9;
  write_quickly(cat, wrong);
  EXPECT_TRUE(holds(complaint(spec()), "category 9"));
  wrong[20] = whole[24];  // two images of one description
  write_quickly(cat, wrong);
  EXPECT_TRUE(holds(complaint(spec()), "a full grid"));
  fs::remove(cat);
  EXPECT_TRUE(holds(complaint(spec()), "testing-cat.mat"));
  EXPECT_EQ(open_text(spec("halves = 'training'"))->spec().size, 48);
}

}  // namespace
}  // namespace teasel
