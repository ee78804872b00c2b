#include "teasel/data/readers/cars3d_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/tar.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

constexpr const char *list_name = "list.txt", *ending = ".mat", *inner_folder = "data/cars";

std::vector<std::string> names_in(const std::string& list, const std::string& where) {
  std::vector<std::string> names;
  std::istringstream words(list);
  for (std::string word; words >> word;) {
    if (word.ends_with(ending)) word.resize(word.size() - std::string_view(ending).size());
    if (std::ranges::count(names, word))
      throw Error(fmt::format("{}: '{}' stands there twice", where, word), "Fetch the published files again.");
    names.push_back(word);
  }
  if (names.empty()) throw Error(fmt::format("{} names no cars", where), "Fetch the published files again.");
  return names;
}

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool in_cars(const fs::path& member) { return member.parent_path().filename() == "cars"; }

std::string list_of_archive(const fs::path& archive) {
  std::optional<std::string> list;
  for_each_member(archive, [&](const TarMember& member) {
    if (in_cars(member.name) && fs::path(member.name).filename() == list_name) list = text_of(member.read());
    return !list;
  });
  if (!list)
    throw Error(fmt::format("'{}' holds no {}/{}", archive.string(), inner_folder, list_name),
                fmt::format("The published archive is {}, MD5 {}.", cars3d_archive, cars3d_md5));
  return *list;
}

MatArray read_car(std::span<const std::byte> content, const std::string& where) {
  MatArray images = read_mat(content, "im", where);
  const std::vector<int64_t> expected{cars3d_side, cars3d_side, 3, cars3d_azimuths, cars3d_elevations};
  if (images.type != ArrayType::u8 || images.shape != expected)
    throw Error(fmt::format("'im' of {} has the shape ({}) and the type {}", where, fmt::join(images.shape, ", "),
                            name_of(images.type)),
                fmt::format("The published files have ({}) bytes.", fmt::join(expected, ", ")));
  return images;
}

void visit_archive(const Cars3dFiles& files, const std::function<void(size_t, const MatArray&)>& visit) {
  std::map<std::string, size_t> missing;
  for (size_t car = 0; car < files.cars.size(); ++car) missing[files.cars[car] + ending] = car;
  for_each_member(files.path, [&](const TarMember& member) {
    const auto found = missing.find(fs::path(member.name).filename().string());
    if (found == missing.end() || !in_cars(member.name)) return true;
    visit(found->second, read_car(member.read(), fmt::format("'{}' of '{}'", member.name, files.path.string())));
    missing.erase(found);
    return !missing.empty();
  });
  if (!missing.empty())
    throw Error(fmt::format("'{}' has no {}/{}, which list.txt names", files.path.string(), inner_folder,
                            missing.begin()->first),
                fmt::format("The published archive is {}, MD5 {}.", cars3d_archive, cars3d_md5));
}

}  // namespace

std::vector<fs::path> Cars3dFiles::files() const {
  if (archive) return {path};
  std::vector<fs::path> out{path / list_name};
  for (const std::string& car : cars) out.push_back(path / (car + ending));
  return out;
}

bool has_cars3d(const fs::path& path) {
  if (fs::is_directory(path)) return fs::exists(path / list_name) || fs::exists(path / inner_folder / list_name);
  return path.filename() == cars3d_archive;
}

Cars3dFiles find_cars3d(const fs::path& path) {
  if (!fs::is_directory(path)) return {path, true, names_in(list_of_archive(path), fmt::format("'{}'", path.string()))};
  for (const fs::path& folder : {path, path / inner_folder, path / "cars"})
    if (fs::exists(folder / list_name)) {
      Cars3dFiles out{folder, false,
                      names_in(read_file(folder / list_name), fmt::format("'{}'", (folder / list_name).string()))};
      for (const fs::path& file : out.files())
        if (!fs::exists(file))
          throw Error(
              fmt::format("there is no '{}', which list.txt names", file.string()),
              fmt::format("The published archive {} (MD5 {}) has it in data/cars.", cars3d_archive, cars3d_md5));
      return out;
    }
  throw Error(fmt::format("'{}' holds no {}", path.string(), list_name),
              fmt::format("It is the folder data/cars of the published archive {} (MD5 {}); the archive itself is read "
                          "as well.",
                          cars3d_archive, cars3d_md5));
}

void for_each_car(const Cars3dFiles& files, const std::function<void(size_t, const MatArray&)>& visit) {
  if (files.archive) return visit_archive(files, visit);
  for (size_t car = 0; car < files.cars.size(); ++car) {
    const fs::path file = files.path / (files.cars[car] + ending);
    const std::string content = read_file(file);
    visit(car, read_car(std::as_bytes(std::span(content)), fmt::format("'{}'", file.string())));
  }
}

}  // namespace teasel
